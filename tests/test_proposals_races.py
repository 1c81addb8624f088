"""Calls at the same moment, from real threads with connections of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from marketplace.errors import MarketplaceError
from requests import actions
from requests.actions.room import count_proposals
from requests.models import Proposal, ProposalStatus, RequestStatus, ServiceRequest
from services.models import ServicePage
from tests import factories

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
OFFER = {"price_type": "fixed", "amount": 500, "currency": "EUR", "scope": "As agreed."}
ROUNDS = 5
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], object]) -> list[str]:
    """Makes the calls in the same moment; for each ``"ok"`` or the code of its refusal."""
    start = Barrier(len(calls))

    def run(call: Callable[[], object]) -> str:
        try:
            start.wait(timeout=10)
            call()
        except MarketplaceError as refused:
            return refused.code
        finally:
            connection.close()
        return "ok"

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def open_request(cap: int = 10) -> ServiceRequest:
    return factories.make_request(status=RequestStatus.OPEN, visibility="board", proposal_cap=cap)


def submit(page: ServicePage, request: ServiceRequest) -> Proposal:
    return actions.submit_proposal(actor=page.member, request=request, values=OFFER, now=NOW)


def test_the_last_place_goes_to_one() -> None:
    pages = [factories.make_page(indexed=False) for _number in range(4)]
    for _round in range(ROUNDS):
        request = open_request(cap=1)
        answers = at_once(*(lambda page=page: submit(page, request) for page in pages))  # noqa: B023
        assert sorted(answers) == ["not_taking_proposals"] * 3 + ["ok"]
        request.refresh_from_db()
        assert (request.status, request.proposal_count) == (RequestStatus.IN_REVIEW, 1)
        Proposal.objects.all().delete()


def test_a_double_click_sends_one() -> None:
    page = factories.make_page(indexed=False)
    request = open_request()
    answers = at_once(lambda: submit(page, request), lambda: submit(page, request))
    assert sorted(answers) == ["already_proposed", "ok"]
    assert Proposal.objects.count() == 1


def test_the_limit_of_a_day_holds_across_requests() -> None:
    page = factories.make_page(indexed=False)
    requests = [open_request() for _number in range(7)]
    answers = at_once(*(lambda request=request: submit(page, request) for request in requests))
    assert sorted(answers) == ["daily_limit"] * 2 + ["ok"] * 5


def test_submitting_against_closing() -> None:
    page = factories.make_page(indexed=False)
    for _round in range(ROUNDS):
        request = open_request()
        sent, closed = at_once(
            lambda: submit(page, request),  # noqa: B023
            lambda: actions.close_request(actor=request.client, request=request, reason="no_fit", now=NOW),  # noqa: B023
        )
        assert closed == "ok"
        statuses = list(request.proposals.values_list("status", flat=True))
        assert statuses == ([ProposalStatus.NOT_CHOSEN] if sent == "ok" else [])
        Proposal.objects.all().delete()


def test_countering_against_withdrawing() -> None:
    page = factories.make_page(indexed=False)
    for _round in range(ROUNDS):
        request = open_request()
        proposal = submit(page, request)
        countered, withdrawn = at_once(
            lambda: actions.counter_proposal(actor=request.client, proposal=proposal, terms={"amount": 7}, now=NOW),  # noqa: B023
            lambda: actions.withdraw_proposal(actor=page.member, proposal=proposal, reason="other", now=NOW),  # noqa: B023
        )
        assert (withdrawn, countered in {"ok", "illegal_state"}) == ("ok", True)
        proposal.refresh_from_db()
        request.refresh_from_db()
        assert (proposal.status, request.proposal_count) == (ProposalStatus.WITHDRAWN, 0)
        Proposal.objects.all().delete()


def test_one_winner_out_of_many_clicks() -> None:
    request = open_request()
    proposals = [submit(factories.make_page(indexed=False), request) for _number in range(3)]
    answers = at_once(
        *(
            lambda proposal=proposal: actions.accept_standing_terms(actor=request.client, proposal=proposal, now=NOW)
            for proposal in proposals * 2
        )
    )
    assert set(answers) == {"ok", "already_awarded"}
    assert Proposal.objects.filter(status=ProposalStatus.ACCEPTED).count() == 1
    request.refresh_from_db()
    assert (request.status, request.proposal_count) == (RequestStatus.AWARDED, count_proposals(request))
