"""No sequence of calls, whoever makes them, reaches a state that must not be."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Member
from marketplace.errors import MarketplaceError
from requests import actions, moves, proposal_moves
from requests.actions.room import count_proposals
from requests.models import STANDING, Proposal, ProposalStatus, RequestStatus, ReviewReason, ServiceRequest
from requests.rules.offers import TERMS
from services.models import Service, ServicePage
from tests import factories

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
CAP = 2
World = tuple[ServiceRequest, Member, list[ServicePage]]
Call = Callable[["Play", Member, Proposal, int], object]

OFFER = {"price_type": "fixed", "amount": 500, "currency": "EUR", "scope": "As agreed."}
ON_PROPOSAL: dict[str, Call] = {
    "edit": lambda play, who, what, n: actions.edit_proposal(
        actor=who, proposal=what, changes={"amount": 100 + n}, now=play.now
    ),
    "withdraw": lambda play, who, what, n: actions.withdraw_proposal(
        actor=who, proposal=what, reason="other", now=play.now
    ),
    "view": lambda play, who, what, n: actions.mark_proposal_viewed(actor=who, proposal=what, now=play.now),
    "shortlist": lambda play, who, what, n: actions.shortlist_proposal(actor=who, proposal=what, now=play.now),
    "unshortlist": lambda play, who, what, n: actions.unshortlist_proposal(actor=who, proposal=what, now=play.now),
    "decline": lambda play, who, what, n: actions.decline_proposal(
        actor=who, proposal=what, reason="other", now=play.now
    ),
    "counter": lambda play, who, what, n: actions.counter_proposal(
        actor=who, proposal=what, terms={"amount": 200 + n}, now=play.now
    ),
    "take back": lambda play, who, what, n: actions.take_back_counter(actor=who, proposal=what, now=play.now),
    "accept": lambda play, who, what, n: actions.accept_standing_terms(actor=who, proposal=what, now=play.now),
}
ON_REQUEST: dict[str, Callable[["Play", Member], object]] = {
    "stop": lambda play, who: actions.start_review(actor=who, request=play.request, now=play.now),
    "go on": lambda play, who: actions.end_review(actor=who, request=play.request, now=play.now),
    "close": lambda play, who: actions.close_request(actor=who, request=play.request, reason="no_fit", now=play.now),
    "reopen": lambda play, who: actions.reopen_request(actor=who, request=play.request, now=play.now),
    "cancel": lambda play, who: actions.unaward_request(actor=who, request=play.request, now=play.now),
    "expire": lambda play, _who: actions.expire_due(now=play.now + timedelta(days=31)),
}
STEPS = st.tuples(
    st.sampled_from(["submit", "submit", "draft", *ON_PROPOSAL, *ON_REQUEST]), st.integers(0, 3), st.integers(0, 2)
)


class Play:
    """One run: the world, and what it was like before the last call."""

    request: ServiceRequest
    now: datetime

    def __init__(self, world: World) -> None:
        self.request, self.client, self.pages = world
        self.now = NOW
        self.states = self._states()

    def step(self, name: str, actor_number: int, page_number: int) -> None:
        """Makes one call as one of four people on one of three pages; refusals of ours are answers too."""
        self.now += timedelta(minutes=1)
        actor = [self.client, *(page.member for page in self.pages)][actor_number]
        with suppress(MarketplaceError):
            self._call(name, actor, self.pages[page_number])
        self._check()

    def _call(self, name: str, actor: Member, page: ServicePage) -> None:
        values: dict[str, Any] = {"actor": actor, "request": self.request, "values": OFFER, "now": self.now}
        if name == "submit":
            actions.submit_proposal(**values)
        elif name == "draft":
            actions.save_draft(**values)
        elif name in ON_REQUEST:
            ON_REQUEST[name](self, actor)
        else:
            proposal = self.request.proposals.filter(page=page).order_by("-created_at").first()
            if proposal is not None:
                ON_PROPOSAL[name](self, actor, proposal, self.now.minute)

    def _states(self) -> dict[Any, str]:
        request = ServiceRequest.objects.get(pk=self.request.pk)
        return {"request": request.status, **dict(request.proposals.values_list("pk", "status"))}

    def _check(self) -> None:
        before, self.states = self.states, self._states()
        request = ServiceRequest.objects.get(pk=self.request.pk)
        proposals = list(request.proposals.all())
        for key, state in self.states.items():
            table = moves.MOVES if key == "request" else proposal_moves.MOVES
            had = before.get(key, state)
            assert state == had or state in table[had], f"{key}: {had} → {state}"
        winners = [each for each in proposals if each.status == ProposalStatus.ACCEPTED]
        assert len(winners) == (request.status == RequestStatus.AWARDED)
        assert request.proposal_count == count_proposals(request)
        is_full = request.proposal_count >= request.proposal_cap
        assert request.status != RequestStatus.OPEN or not is_full
        waits_for_place = request.status == RequestStatus.IN_REVIEW and request.review_reason == ReviewReason.CAP
        assert not waits_for_place or is_full
        assert request.status in moves.ACTIVE or not any(each.status in STANDING for each in proposals)
        for each in proposals:
            self._check_terms(each)

    def _check_terms(self, proposal: Proposal) -> None:
        last = proposal.terms.last()
        if proposal.status == ProposalStatus.DRAFT:
            assert last is None
            return
        assert last is not None
        assert last.offered_by == proposal.offered_by
        assert all(getattr(last, name) == getattr(proposal, name) for name in TERMS)


@pytest.fixture
def world(clara: Member, service: Service) -> World:
    """A request on the board with two places, and three providers."""
    request = factories.make_request(
        clara, service=service, status="open", visibility="board", proposal_cap=CAP, expires_at=NOW + timedelta(days=30)
    )
    pages = [factories.make_page(services=[service], indexed=False) for _number in range(3)]
    return request, clara, pages


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=20))
def test_no_sequence_breaks_the_rules(world: World, steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        play = Play(world)
        for step in steps:
            play.step(*step)
        transaction.set_rollback(True)
