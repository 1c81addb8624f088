"""Accepting the terms that stand, as the engagements build on it, and taking it back."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from accounts.models import Member
from marketplace.errors import IllegalMove, MarketplaceError, NotAllowed
from notifications.models import Event
from requests import actions
from requests.models import Proposal, ProposalStatus, RequestStatus, ServiceRequest, Side
from services.models import Service, ServicePage
from tests import factories

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.fixture
def request_(clara: Member, service: Service) -> ServiceRequest:
    """Clara's open request."""
    return factories.make_request(clara, service=service, status=RequestStatus.OPEN)


@pytest.fixture
def winner(request_: ServiceRequest, page: ServicePage) -> Proposal:
    """Paul's proposal."""
    return factories.make_proposal(request_, page)


@pytest.fixture
def rival(request_: ServiceRequest, service: Service) -> Proposal:
    """Somebody else's."""
    page = factories.make_page(services=[service])
    return factories.make_proposal(request_, page, status=ProposalStatus.SHORTLISTED)


def accept(who: Member, what: Proposal, version: int | None = None) -> Proposal:
    return actions.accept_standing_terms(actor=who, proposal=what, now=NOW, version=version)


def test_one_wins_and_the_others_are_told(clara: Member, winner: Proposal, rival: Proposal) -> None:
    gone = factories.make_proposal(winner.request, factories.make_page(), status=ProposalStatus.WITHDRAWN)
    accepted = accept(clara, winner)
    assert (accepted.status, accepted.request.status) == (ProposalStatus.ACCEPTED, RequestStatus.AWARDED)
    rival.refresh_from_db()
    assert (rival.status, rival.outcome_reason, rival.decided_at) == ("not_chosen", "another_chosen", NOW)
    gone.refresh_from_db()
    assert gone.status == ProposalStatus.WITHDRAWN
    event = Event.objects.get(kind="request.awarded")
    assert event.data["winner"] == str(winner.pk)
    assert event.data["not_chosen"] == [{"proposal": str(rival.pk), "member": str(rival.page.member_id)}]


def test_repeating_it_changes_nothing(clara: Member, paul: Member, winner: Proposal, rival: Proposal) -> None:
    accept(clara, winner)
    assert accept(clara, winner).pk == winner.pk
    assert accept(paul, winner).pk == winner.pk
    assert Event.objects.filter(kind="request.awarded").count() == 1
    with pytest.raises(actions.AlreadyAwarded):
        accept(clara, rival)


def test_the_provider_accepts_a_counter_offer(clara: Member, paul: Member, winner: Proposal) -> None:
    Proposal.objects.filter(pk=winner.pk).update(offered_by=Side.CLIENT)
    with pytest.raises(actions.OwnOffer):
        accept(clara, winner)
    assert accept(paul, winner).request.status == RequestStatus.AWARDED


def _close(proposal: Proposal, _clara: Member) -> None:
    actions.close_request(actor=proposal.request.client, request=proposal.request, reason="no_fit", now=NOW)


def _withdraw(proposal: Proposal, _clara: Member) -> None:
    Proposal.objects.filter(pk=proposal.pk).update(status=ProposalStatus.WITHDRAWN)


@pytest.mark.parametrize(
    ("before", "actor", "version", "error"),
    [
        (None, "sam", None, NotAllowed),
        (None, "ada", None, NotAllowed),
        (None, "paul", None, actions.OwnOffer),
        (None, "clara", 7, actions.StaleTerms),
        (_withdraw, "clara", None, IllegalMove),
        (_close, "clara", None, IllegalMove),
    ],
)
def test_refusals(
    request: pytest.FixtureRequest,
    clara: Member,
    winner: Proposal,
    before: Callable[[Proposal, Member], None] | None,
    actor: str,
    version: int | None,
    error: type[MarketplaceError],
) -> None:
    if before is not None:
        before(winner, clara)
    with pytest.raises(error):
        accept(request.getfixturevalue(actor), winner, version)
    assert not Event.objects.filter(kind="request.awarded").exists()


@pytest.mark.parametrize(("by", "status"), [("clara", "declined"), ("paul", "withdrawn"), (None, "declined")])
def test_a_cancelled_deal_brings_the_others_back(
    request: pytest.FixtureRequest, clara: Member, winner: Proposal, rival: Proposal, by: str | None, status: str
) -> None:
    accept(clara, winner)
    actor = request.getfixturevalue(by) if by else None
    reopened = actions.unaward_request(actor=actor, request=winner.request, now=NOW)
    winner.refresh_from_db()
    rival.refresh_from_db()
    assert (winner.status, winner.outcome_reason) == (status, "cancelled")
    assert (rival.status, rival.outcome_reason, rival.decided_at) == ("submitted", "", None)
    assert (reopened.status, reopened.proposal_count) == ("open", 1 if status == "withdrawn" else 2)
    assert Event.objects.get(kind="request.unawarded").data["back"][0]["proposal"] == str(rival.pk)


def test_only_the_sides_take_it_back(clara: Member, sam: Member, winner: Proposal, rival: Proposal) -> None:
    accept(clara, winner)
    for stranger in (sam, rival.page.member):
        with pytest.raises(NotAllowed):
            actions.unaward_request(actor=stranger, request=winner.request, now=NOW)
