"""What the pages of proposals show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.markdown import render_markdown
from requests.actions import RefusalReason, WithdrawReason
from requests.comparison.compare import ORDERS, Compared, compare
from requests.models import STANDING, Proposal, ProposalStatus, ProposalTerms, ServiceRequest, Side
from requests.moves import ACTIVE
from requests.presentation.proposals import days_words, outcome_words, price_words

FILTERS: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "standing": (_("Open"), (*STANDING, ProposalStatus.ACCEPTED)),
    "unread": (_("New"), STANDING),
    "shortlist": (_("Shortlist"), (ProposalStatus.SHORTLISTED,)),
    "past": (_("Past"), (ProposalStatus.DECLINED, ProposalStatus.NOT_CHOSEN, ProposalStatus.WITHDRAWN)),
}
"""What the client may look at: its name, and the states that are in it. ``unread`` are those not opened yet."""


@dataclass(frozen=True, slots=True)
class Row:
    """One proposal in the comparison."""

    compared: Compared
    price: str
    days: str
    outcome: str
    answers: list[tuple[str, str]]

    @property
    def proposal(self) -> Proposal:
        """The proposal itself."""
        return self.compared.proposal


def comparison(request: ServiceRequest, *, show: str, order: str) -> dict[str, Any]:
    """The context of the client's comparison. A fixed number of queries, however many proposals there are."""
    order = order if order in ORDERS else "best"
    sent = request.proposals.exclude(status=ProposalStatus.DRAFT).select_related("page__member")
    proposals = list(sent)
    for each in proposals:
        each.request = request
    counts = {key: len(_chosen(proposals, key)) for key in FILTERS}
    show = show if show in FILTERS else next((key for key in ("standing", "past") if counts[key]), "standing")
    compared = compare(request, _chosen(proposals, show), order=order)
    return {
        "rows": [row_of(each) for each in compared],
        "show": show,
        "order": order,
        "filters": [(key, label, counts[key]) for key, (label, _states) in FILTERS.items()],
        "orders": [(key, label) for key, (label, _key) in ORDERS.items()],
        "received": len(proposals),
    }


def row_of(compared: Compared) -> Row:
    """One proposal in words."""
    proposal = compared.proposal
    return Row(
        compared, price_words(proposal), days_words(proposal), outcome_words(proposal), screening_in_words(proposal)
    )


def screening_in_words(proposal: Proposal) -> list[tuple[str, str]]:
    """The client's questions with the provider's answers; empty where one is not answered."""
    return [(each["text"], proposal.answers.get(each["key"], "")) for each in proposal.request.screening]


def proposal_context(proposal: Proposal, member: Member, *, now: datetime) -> dict[str, Any]:
    """What the page of one proposal shows to one of its sides. ``proposal`` needs request, page and their members."""
    is_client = proposal.request.client_id == member.pk
    side = Side.CLIENT if is_client else Side.PROVIDER
    is_standing = proposal.status in STANDING and proposal.request.status in ACTIVE
    terms = list(proposal.terms.all())
    return {
        "it": proposal,
        "is_client": is_client,
        "is_standing": is_standing,
        "may_accept": is_standing and proposal.offered_by != side,
        "may_take_back": is_standing and proposal.offered_by == side and any(t.offered_by != side for t in terms),
        "price": price_words(proposal),
        "days": days_words(proposal),
        "scope": render_markdown(proposal.scope, headings_below=2),
        "answers": screening_in_words(proposal),
        "files": list(proposal.attachments.all()),
        "history": _history(terms),
        "outcome": outcome_words(proposal),
        "refusals": RefusalReason.choices,
        "withdrawals": WithdrawReason.choices,
        "compared": row_of(compare(proposal.request, [proposal])[0]) if is_client else None,
    }


def _history(terms: Sequence[ProposalTerms]) -> list[tuple[ProposalTerms, str, str]]:
    """The terms with price and time in words, newest first."""
    return [(each, price_words(each), days_words(each)) for each in reversed(terms)]


def _chosen(proposals: Sequence[Proposal], show: str) -> list[Proposal]:
    states = FILTERS[show][1]
    return [each for each in proposals if each.status in states and (show != "unread" or each.viewed_at is None)]


def with_people(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Everything that the page of a proposal needs besides terms and files."""
    return proposals.select_related("request__service", "request__client", "page__member")
