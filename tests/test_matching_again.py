"""Providers who are looked for once more: after an edit, a cancelled deal, a withdrawal. Nobody is told twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Member
from marketplace.clock import utc_now
from notifications.fan_out import fan_out
from notifications.models import Event, Notification
from requests import actions
from requests.matching import run, tasks
from requests.models import Match, MatchState, RequestStatus, ServiceRequest
from services.models import Service, ServicePage
from services.search.index import reindex
from sitesettings.models import SiteSettings
from tests import factories
from tests.test_requests_actions import values
from tests.test_requests_pages import BUDGET, DETAILS, WHERE

Api = Callable[[Member | None], APIClient]
LogIn = Callable[[Member | None], Client]
URL = "/api/v1/requests/"
HOUR = timedelta(hours=1)
OFFER = {"price_type": "fixed", "amount": 500, "currency": "EUR", "scope": "As agreed."}
CHEAP = {"budget_type": "hourly", "budget_min": None, "budget_max": 4000, "currency": "EUR"}


@pytest.fixture
def service(db: None) -> Service:
    """The service of all requests and pages here."""
    return factories.make_service("sign-painting", name="Sign painting")


@pytest.fixture
def pages(service: Service) -> list[ServicePage]:
    """Two pages that cost 40 an hour, and three that cost 50."""
    return [factories.make_page(services=[service], rate=rate) for rate in (4000, 4000, 5000, 5000, 5000)]


def post(client: APIClient, **changes: Any) -> ServiceRequest:
    """A request of the client's, matched."""
    made = client.post(URL, values(**changes))
    assert made.status_code == 201, made.content
    tasks.match_waiting()
    return ServiceRequest.objects.get(pk=made.json()["id"])


def edit(client: APIClient, request: ServiceRequest, **changes: Any) -> None:
    """Edits it; and the sweep comes."""
    answer = client.patch(f"{URL}{request.pk}/", changes)
    assert answer.status_code == 200, answer.content
    tasks.match_waiting()


def told(request: ServiceRequest) -> list[Any]:
    """The pages that were told, in that order."""
    return list(request.matches.order_by("rank").values_list("page_id", flat=True))


def leads(page: ServicePage) -> int:
    """How often the page's member was told of a request."""
    return Notification.objects.filter(recipient=page.member, topic="new_lead").count()


def test_a_wider_budget_reaches_who_fits_now(clara: Member, pages: list[ServicePage], api: Api) -> None:
    client = api(clara)
    request = post(client, **CHEAP)
    assert set(told(request)) == {page.pk for page in pages[:2]}
    edit(client, request, title="A sign, by hand", details="The same in other words.", time_frame="week")
    assert (len(told(request)), request.waves.count()) == (2, 1)
    edit(client, request, budget_max=5000)
    assert len(told(request)) == 5
    edit(client, request, budget_max=9000)
    assert [leads(page) for page in pages] == [1] * 5
    request.refresh_from_db()
    assert request.next_wave_at is not None and request.next_wave_at > utc_now() + 23 * HOUR


def test_those_asked_later_are_told_at_once_and_nobody_twice(clara: Member, pages: list[ServicePage], api: Api) -> None:
    client, ids = api(clara), [str(page.pk) for page in pages]
    request = post(client, visibility="invited", invited_pages=ids[:1])
    edit(client, request, invited_pages=ids[:3])
    assert set(told(request)) == {page.pk for page in pages[:3]}
    edit(client, request, invited_pages=ids[:2])
    edit(client, request, budget_max=40_000)
    assert (len(told(request)), request.waves.count()) == (3, 2)
    ServiceRequest.objects.filter(pk=request.pk).update(proposal_count=3)
    edit(client, request, invited_pages=ids[3:])
    assert [leads(page) for page in pages] == [1] * 5
    request.refresh_from_db()
    assert request.next_wave_at is None


def test_opened_to_all_who_match(clara: Member, pages: list[ServicePage], api: Api) -> None:
    client = api(clara)
    request = post(client, visibility="invited", invited_pages=[str(pages[0].pk)])
    edit(client, request, visibility="board")
    assert sorted(map(str, told(request))) == sorted(str(page.pk) for page in pages)
    edit(client, request, visibility="matched")
    assert request.waves.count() == 2
    request.refresh_from_db()
    assert request.next_wave_at is not None


def test_who_edits_often_reaches_no_more_than_who_waits(
    clara: Member, pages: list[ServicePage], api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    SiteSettings(wave_size=2).save()
    client = api(clara)
    request = post(client)
    for most in (91_000, 92_000, 93_000):
        edit(client, request, budget_max=most)
    assert len(told(request)) == 2
    request.matches.filter(rank=1).update(state=MatchState.DECLINED)
    edit(client, request, budget_max=94_000)
    assert len(told(request)) == 4
    Match.objects.update(created_at=utc_now() - 25 * HOUR)
    edit(client, request, budget_max=95_000)
    assert len(told(request)) == 5


def test_with_proposals_enough_nobody_is_told(clara: Member, pages: list[ServicePage], api: Api) -> None:
    client = api(clara)
    request = post(client, **CHEAP)
    ServiceRequest.objects.filter(pk=request.pk).update(proposal_count=3)
    edit(client, request, budget_max=5000)
    assert len(told(request)) == 2


def test_refused_edits_reach_nobody(clara: Member, sam: Member, pages: list[ServicePage], api: Api) -> None:
    request = post(api(clara), **CHEAP)
    address = f"{URL}{request.pk}/"
    assert api(sam).patch(address, {"budget_max": 5000}).status_code == 404
    assert api(pages[0].member).patch(address, {"budget_max": 5000}).status_code == 403
    assert api(clara).patch(address, {"budget_max": 5000, "version": 99}).status_code == 409
    assert api(clara).patch(address, {"budget_max": -1}).status_code == 400
    assert api(clara).post(f"{address}close/", {"reason": "no_fit"}).status_code == 200
    assert api(clara).patch(address, {"budget_max": 5000}).status_code == 409
    tasks.match_waiting()
    assert len(told(request)) == 2


def test_the_page_says_what_happens_and_a_worker_is_rung_for(
    clara: Member,
    pages: list[ServicePage],
    api: Api,
    log_in: LogIn,
    eager_tasks: None,
    django_capture_on_commit_callbacks: Any,
) -> None:
    request, browser = post(api(clara), **CHEAP), log_in(clara)
    form = {**DETAILS, **BUDGET, **WHERE, "budget_type": "hourly", "budget_min": "", "budget_max": "40"}
    address = f"/requests/{request.pk}/edit/"
    with django_capture_on_commit_callbacks(execute=True):
        shown = browser.post(address, form, follow=True).content.decode()
    assert "Saved.<" in shown.replace("\n", "") and "Looking for more providers" not in shown
    with django_capture_on_commit_callbacks() as waiting:
        shown = browser.post(address, form | {"budget_max": "60"}, follow=True).content.decode()
    assert "Saved. We are telling providers who fit now" in shown
    assert "Looking for more providers" in shown
    for callback in waiting:
        callback()
    assert len(told(request)) == 5
    shown = browser.get(f"/requests/{request.pk}/").content.decode()
    assert "Looking for more providers" not in shown
    asked = factories.make_page()
    where = {"visibility": "invited", "invited_pages": [str(asked.pk)]}
    api(clara).patch(f"{URL}{request.pk}/", where)
    tasks.match_waiting()
    also = factories.make_page()
    api(clara).patch(f"{URL}{request.pk}/", {"invited_pages": [str(asked.pk), str(also.pk)]})
    assert leads(also) == 0
    shown = browser.post(address, form | {"title": "Another", **where}, follow=True).content.decode()
    assert "Saved. We are telling those whom you ask now." in shown


def test_whom_an_edit_brings_is_not_told_of_the_edit(clara: Member, pages: list[ServicePage], api: Api) -> None:
    request = post(api(clara), **CHEAP)
    edit(api(clara), request, budget_max=5000)
    fan_out(Event.objects.get(kind="request.edited"), now=utc_now())
    changed = Notification.objects.filter(topic="lead_changes").values_list("recipient", flat=True)
    assert set(changed) == {page.member_id for page in pages[:2]}


def propose(page: ServicePage, request: ServiceRequest, now: datetime) -> Any:
    """The page's proposal."""
    return actions.submit_proposal(actor=page.member, request=request, values=OFFER, now=now)


def test_a_deal_that_is_off_has_others_looked_for(clara: Member, pages: list[ServicePage], api: Api) -> None:
    request, now = post(api(clara), **CHEAP), utc_now()
    winner, rival = (propose(page, request, now) for page in pages[:2])
    actions.accept_standing_terms(actor=clara, proposal=winner, now=now)
    request.refresh_from_db()
    assert (request.next_wave_at, request.nudge_client_at) == (None, None)
    ServicePage.objects.filter(pk=pages[2].pk).update(rate=4000)
    reindex([pages[2].pk])
    reopened = actions.unaward_request(actor=winner.page.member, request=request, now=now)
    assert reopened.nudge_client_at == now + timedelta(days=3)
    assert run.match_again(now=now) == 1
    assert set(told(request)) == {page.pk for page in pages[:3]}
    assert actions.nudge_idle_clients(now=now + timedelta(days=3)) == 1
    rival.refresh_from_db()
    assert rival.status == "submitted"


def test_withdrawals_that_leave_too_few_bring_another_wave(clara: Member, pages: list[ServicePage], api: Api) -> None:
    SiteSettings(wave_size=3).save()
    request, now = post(api(clara)), utc_now()
    first = {page.pk: page for page in pages if page.pk in told(request)}
    sent = [propose(page, request, now) for page in first.values()]
    assert run.match_again(now=now + 24 * HOUR) == 0
    request.refresh_from_db()
    assert request.next_wave_at is None
    later = now + 30 * HOUR
    for proposal in sent[:2]:
        actions.withdraw_proposal(actor=proposal.page.member, proposal=proposal, reason="no_time", now=later)
    assert run.match_again(now=later + 23 * HOUR) == 0
    assert run.match_again(now=later + 24 * HOUR) == 1
    assert len(told(request)) == 5
    request.refresh_from_db()
    assert (request.status, request.proposal_count) == (RequestStatus.OPEN, 1)
