"""Who may do what to a proposal in which state: one table, of which every cell is tried."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from accounts.models import Member
from marketplace.errors import MarketplaceError, NotAllowed
from requests import actions
from requests.models import Proposal, ProposalStatus, ProposalTerms, RequestStatus, ServiceRequest, Side
from services.models import Service, ServicePage
from tests import factories

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
Act = Callable[[Member, Proposal], object]
ACTS: Final[Mapping[str, Act]] = {
    "edit": lambda who, what: actions.edit_proposal(actor=who, proposal=what, changes={"days": 3}, now=NOW),
    "withdraw": lambda who, what: actions.withdraw_proposal(actor=who, proposal=what, reason="no_time", now=NOW),
    "discard": lambda who, what: actions.discard_draft(actor=who, proposal=what, now=NOW),
    "view": lambda who, what: actions.mark_proposal_viewed(actor=who, proposal=what, now=NOW),
    "shortlist": lambda who, what: actions.shortlist_proposal(actor=who, proposal=what, now=NOW),
    "unshortlist": lambda who, what: actions.unshortlist_proposal(actor=who, proposal=what, now=NOW),
    "decline": lambda who, what: actions.decline_proposal(actor=who, proposal=what, reason="price", now=NOW),
    "counter": lambda who, what: actions.counter_proposal(actor=who, proposal=what, terms={"amount": 5}, now=NOW),
    "take back": lambda who, what: actions.take_back_counter(actor=who, proposal=what, now=NOW),
    "note": lambda who, what: actions.set_client_note(actor=who, proposal=what, text="Hm", now=NOW),
    "accept": lambda who, what: actions.accept_standing_terms(actor=who, proposal=what, now=NOW),
}
SENT: Final = tuple(status for status in ProposalStatus.values if status != "draft")
STANDING: Final = ("submitted", "shortlisted")
TABLE: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    # (action, actor): the states in which it is allowed; a repetition that changes nothing counts as allowed.
    ("edit", "paul"): ("draft", *STANDING),
    ("withdraw", "paul"): (*STANDING, "withdrawn"),
    ("discard", "paul"): ("draft",),
    ("view", "clara"): SENT,
    ("shortlist", "clara"): STANDING,
    ("unshortlist", "clara"): STANDING,
    ("decline", "clara"): (*STANDING, "declined"),
    ("counter", "clara"): STANDING,
    ("counter", "paul"): STANDING,
    ("take back", "clara"): STANDING,
    ("note", "clara"): SENT,
    ("accept", "clara"): (*STANDING, "accepted"),
    ("accept", "paul"): ("accepted",),
}
REQUEST_OF: Final[Mapping[str, Mapping[str, Any]]] = {
    "accepted": {"status": RequestStatus.AWARDED},
    "not_chosen": {"status": RequestStatus.CLOSED, "close_reason": "no_fit"},
}


def in_state(client: Member, service: Service, page: ServicePage, status: str, *, countered: bool) -> Proposal:
    """A proposal in this state, of a request that fits it; where ``countered``, the standing terms are the client's."""
    of_request = REQUEST_OF.get(status, {"status": RequestStatus.OPEN})
    request: ServiceRequest = factories.make_request(client, service=service, visibility="board", **of_request)
    proposal = factories.make_proposal(request, page, status=status)
    if countered and status != ProposalStatus.DRAFT:
        named = {name: getattr(proposal, name) for name in ("price_type", "amount", "currency", "days", "scope")}
        ProposalTerms.objects.create(proposal=proposal, number=2, offered_by=Side.CLIENT, **named)
        Proposal.objects.filter(pk=proposal.pk).update(offered_by=Side.CLIENT)
    return proposal


@pytest.mark.parametrize("status", ProposalStatus.values)
@pytest.mark.parametrize("action", ACTS)
def test_every_cell(
    request: pytest.FixtureRequest, clara: Member, page: ServicePage, service: Service, action: str, status: str
) -> None:
    for name in ("clara", "paul", "sam", "ada"):
        actor: Member = request.getfixturevalue(name)
        proposal = in_state(clara, service, page, status, countered=action == "take back")
        allowed = TABLE.get((action, name), ())
        if status in allowed:
            ACTS[action](actor, proposal)
        else:
            with pytest.raises(MarketplaceError) as refused:
                ACTS[action](actor, proposal)
            assert isinstance(refused.value, NotAllowed) or (refused.value.status == 409 and name in {"clara", "paul"})
            proposal.refresh_from_db()
            assert proposal.status == status
        proposal.request.delete()
