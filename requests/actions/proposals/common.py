"""What all actions on a proposal share: the row locks, whose side the actor is on, the event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.errors import Conflict, IllegalMove, NotAllowed
from notifications.events import record
from notifications.models import Event
from requests.models import STANDING, Proposal, ProposalStatus, ProposalTerms, ServiceRequest, Side
from requests.rules.offers import TERMS


class StaleTerms(Conflict):
    """The actor has seen other terms than those that stand now."""

    code = "stale"
    message = _("The terms have changed since you opened this. Please look at them again.")


def lock_proposal(proposal: Proposal) -> Proposal:
    """The proposal as it is now, with its page and its request; both rows are locked until the transaction ends.

    The request comes first, here and in every other action, so that no two of them ever wait for each other.
    """
    request = ServiceRequest.objects.select_for_update(no_key=True, of=("self",)).get(pk=proposal.request_id)
    locks = Proposal.objects.select_for_update(no_key=True, of=("self",)).select_related("page")
    locked: Proposal = locks.get(pk=proposal.pk)
    locked.request = request
    return locked


def lock_for(side: Side, *, actor: Member, proposal: Proposal) -> Proposal:
    """``lock_proposal`` for a member on this side of it. Raises NotAllowed."""
    locked = lock_proposal(proposal)
    if side_of(actor, locked) != side:
        raise NotAllowed
    return locked


def side_of(member: Member, proposal: Proposal) -> Side:
    """The member's side of the proposal. Raises NotAllowed for everybody else."""
    if member.pk == proposal.request.client_id and proposal.status != ProposalStatus.DRAFT:
        return Side.CLIENT
    if member.pk == proposal.page.member_id:
        return Side.PROVIDER
    raise NotAllowed


def require_standing(proposal: Proposal) -> None:
    """Raises IllegalMove unless the client can still accept the proposal."""
    if proposal.status not in STANDING:
        raise IllegalMove(
            _("This proposal is %(now)s; nothing can be changed in it.")
            % {"now": ProposalStatus(proposal.status).label.lower()}
        )


def require_version(proposal: Proposal, version: int | None) -> None:
    """Raises StaleTerms where the actor has seen another version; None where she has seen none."""
    if version is not None and version != proposal.version:
        raise StaleTerms


def write_terms(
    proposal: Proposal, *, side: Side, now: datetime, said: str = "", is_restored: bool = False
) -> ProposalTerms:
    """Adds the proposal's terms to their history, and sets, without saving, whose they are."""
    last = proposal.terms.aggregate(number=Max("number"))["number"] or 0
    proposal.offered_by = side
    proposal.version += 1
    proposal.updated_at = now
    return ProposalTerms.objects.create(
        proposal=proposal,
        number=last + 1,
        offered_by=side,
        note=said,
        is_restored=is_restored,
        created_at=now,
        **{name: getattr(proposal, name) for name in TERMS},
    )


def note(
    kind: str, proposal: Proposal, *, actor: Member | None, now: datetime, data: Mapping[str, Any] | None = None
) -> Event:
    """Records ``proposal.<kind>``; the event names the request and the page too."""
    facts = {"request": str(proposal.request_id), "page": str(proposal.page_id), **(data or {})}
    kind = f"proposal.{kind}"
    return record(kind=kind, actor=actor, subject_type="proposal", subject_id=proposal.pk, now=now, data=facts)
