"""Providers whom a client asks in person: they are told at once, whatever else speaks against it, and may decline."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Block, Member
from marketplace.clock import utc_now
from notifications.models import Notification
from notifications.rendering import render
from requests.matching import retrieve, run
from requests.matching.why import why
from requests.models import Invitation, Match, ServiceRequest
from services.actions import pause_page
from services.models import Service, ServicePage
from sitesettings.models import SiteSettings
from tests import factories
from tests.test_requests_actions import values

Api = Callable[[Member | None], APIClient]
LogIn = Callable[[Member | None], Client]
URL = "/api/v1/requests/"
LONG_AGO = utc_now() - timedelta(days=300)
OLD: dict[str, Any] = {"first_published_at": LONG_AGO, "published_at": LONG_AGO}
VIENNA: dict[str, Any] = {"country": "AT", "city": "Vienna", "latitude": 48.2082, "longitude": 16.3738}
HOURLY = {"budget_type": "hourly", "budget_min": None, "budget_max": 5000, "currency": "EUR"}


@pytest.fixture
def service(db: None) -> Service:
    """The service of all requests here."""
    return factories.make_service("sign-painting")


def ask(client: APIClient, *pages: ServicePage, **changes: Any) -> ServiceRequest:
    """Posts a request to these pages alone, and has it matched."""
    invited = {"visibility": "invited", "invited_pages": [str(page.pk) for page in pages]}
    made = client.post(URL, values(**invited | changes))
    assert made.status_code == 201, made.content
    run.match_waiting(now=utc_now())
    return ServiceRequest.objects.get(pk=made.json()["id"])


def told(request: ServiceRequest) -> set[Any]:
    """The pages that the request was announced to."""
    return set(request.matches.values_list("page_id", flat=True))


def words_for(member: Member) -> list[str]:
    """What the member was told, the latest first."""
    rows = list(Notification.objects.filter(recipient=member).select_related("event", "recipient").order_by("-pk"))
    found = render(rows)
    return [found[row.pk].text for row in rows]


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        (HOURLY, {"rate": 6000}),
        ({"languages": ["de"]}, {}),
        ({"work_location": "on_site", "place": {"country": "AT", "city": "Graz", "lat": 47.07, "lon": 15.44}}, {}),
        ({}, {"work_location": "on_site", **VIENNA}),
        ({}, {"services": "another"}),
        ({}, {"available_from": (utc_now() + timedelta(days=60)).date()}),
        ({}, {"taking_work": False}),
    ],
    ids=["price", "language", "place", "remote", "service", "available", "taking_work"],
)
def test_whoever_is_asked_need_not_fit(
    clara: Member, paul: Member, ada: Member, service: Service, api: Api, asked: Any, offered: Any
) -> None:
    fields = {"services": [service], **OLD, **offered}
    page = factories.make_page(paul, **fields | ({"services": None} if "services" in offered else {}))
    factories.make_page(services=[service])
    request = ask(api(clara), page, **asked)
    assert told(request) == {page.pk}
    assert words_for(paul) == [f"New request for you: {request.title}"]
    assert words_for(clara) == [f"We told 1 provider of “{request.title}”."]
    found = api(ada).get(f"{URL}{request.pk}/why/", {"page": str(page.pk)}).json()
    assert (found["outcome"], found["told_rank"]) == ("told", 1)
    passed = {rule["rule"]: rule["passed"] for rule in found["rules"]}
    assert passed["invited"] is True
    assert {passed[name] for name in ("service", "taking_work", "available", "place", "language", "price", "cap")} == {
        None
    }
    [lead] = api(paul).get("/api/v1/matches/").json()["results"]
    assert lead["reasons"][0]["feature"] == "invited"
    declined = api(paul).post(f"/api/v1/matches/{lead['id']}/decline/", {"reason": "budget"})
    assert (declined.status_code, declined.json()["state"]) == (200, "declined")


def test_the_cap_is_on_what_others_choose(clara: Member, service: Service, api: Api) -> None:
    page = factories.make_page(services=[service], daily_leads=1, **OLD)
    requests = [api(clara).post(URL, values()).json()["id"] for _number in range(2)]
    asked = ask(api(clara), page)  # all three are matched together
    assert told(asked) == {page.pk}
    assert [Match.objects.filter(request=each).count() for each in requests] == [1, 0]
    assert told(ask(api(clara), page)) == {page.pk}
    late = api(clara).post(URL, values()).json()["id"]
    run.match_waiting(now=utc_now())
    assert not Match.objects.filter(request=late).exists()


def test_all_who_are_asked_are_told_however_small_a_wave_is(clara: Member, service: Service, api: Api) -> None:
    SiteSettings(wave_size=2).save()
    pages = [factories.make_page(services=[service], **OLD) for _number in range(5)]
    request = ask(api(clara), *pages)
    assert told(request) == {page.pk for page in pages}
    assert why(request, pages[0], now=utc_now()).places == 5


def test_who_cannot_be_told_is_not_and_the_client_hears_the_truth(
    clara: Member, paul: Member, service: Service, api: Api, log_in: LogIn
) -> None:
    page = factories.make_page(paul, services=[service], **OLD)
    blocked = factories.make_page(services=[service], **OLD)
    body = values(visibility="invited", invited_pages=[str(page.pk), str(blocked.pk)])
    made = api(clara).post(URL, body).json()
    pause_page(actor=paul, page=page, now=utc_now())
    Block.objects.create(blocker=blocked.member, blocked=clara)
    run.match_waiting(now=utc_now())
    request = ServiceRequest.objects.get(pk=made["id"])
    assert (told(request), request.next_wave_at) == (set(), None)
    assert words_for(clara) == [f"Nobody whom you asked could be told of “{request.title}”."]
    shown = log_in(clara).get(f"/requests/{request.pk}/").content.decode()
    assert "Nobody could be told" in shown
    assert "We go on looking" not in shown
    assert why(request, page, now=utc_now()).broken == ["published"]
    assert why(request, blocked, now=utc_now()).broken == ["blocked"]


def test_why_says_what_matching_does(clara: Member, service: Service) -> None:
    """Of pages that differ in everything, those pass that were asked and may be told, and nobody else."""
    chance = random.Random(3)
    pages = [
        factories.make_page(
            services=[chance.choice([service, factories.make_service()])],
            taking_work=chance.random() < 0.5,
            languages=chance.choice([["en"], ["fr"]]),
            rate=chance.randint(1000, 200_000),
            daily_leads=chance.choice([None, 0]),
            status=chance.choice(["published", "published", "paused"]),
        )
        for _number in range(20)
    ]
    Block.objects.create(blocker=clara, blocked=pages[0].member)
    request = factories.make_request(clara, service=service, visibility="invited", status="open", **HOURLY)
    Invitation.objects.bulk_create(Invitation(request=request, page=page) for page in pages[:12])
    found = {subject.candidate.page_id for subject in retrieve.retrieve(request, now=utc_now())}
    assert {page.pk for page in pages if not why(request, page, now=utc_now()).broken} == found
    assert found == {page.pk for page in pages[1:12] if page.status == "published"}


def test_the_reason_stays_true_when_the_request_is_opened_to_others(
    clara: Member, paul: Member, service: Service, api: Api
) -> None:
    page = factories.make_page(paul, **OLD)
    request = ask(api(clara), page)
    assert api(clara).patch(f"{URL}{request.pk}/", {"visibility": "matched"}).status_code == 200
    [lead] = api(paul).get("/api/v1/matches/").json()["results"]
    assert lead["reasons"][0]["feature"] == "invited"
