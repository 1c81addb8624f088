"""What providers see of a client: the same facts on lead, board and in the API, right against rows."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Member
from requests.actions import record_client_rating
from requests.client_facts import client_facts
from requests.models import ServiceRequest
from services.models import Service, ServicePage
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[Member | None], Client]
Api = Callable[[Member | None], APIClient]
JOINED, ACTIVE = datetime(2025, 3, 2, 9, 0, tzinfo=UTC), datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "name": "Clara Client",
    "member_since": "2025-03-02T09:00:00Z",
    "requests_posted": 6,
    "hire_rate": 67,
    "last_active": "2026-11-03T08:00:00Z",
    "verified_contact": True,
    "rating": 4.5,
    "ratings": 2,
}


@pytest.fixture
def request_(clara: Member, page: ServicePage, service: Service) -> ServiceRequest:
    """Clara's request on the board, which Paul was told of, after five others, a draft and two ratings."""
    for state in (
        {"status": "awarded"},
        {"status": "closed", "close_reason": "hired_here"},
        {"status": "closed", "close_reason": "not_needed"},
        {"status": "expired"},
        {"status": "in_review", "review_reason": "client"},
        {"status": "draft"},
    ):
        factories.make_request(clara, service=service, **state)
    factories.make_request(service=service, status="awarded")
    for stars in (4, 5):
        record_client_rating(member_id=clara.pk, stars=stars)
    Member.objects.filter(pk=clara.pk).update(created_at=JOINED, last_active_at=ACTIVE)
    made = factories.make_request(clara, service=service, status="open", visibility="board")
    made.matches.create(page=page, rank=1, score=0.5)
    return made


def test_the_api_of_leads_board_and_request(
    api: Api, paul: Member, page: ServicePage, request_: ServiceRequest
) -> None:
    caller = api(paul)
    [lead] = caller.get("/api/v1/matches/").json()["results"]
    [on_board] = caller.get("/api/v1/board/").json()["results"]
    one = caller.get(f"/api/v1/requests/{request_.pk}/").json()
    declined = caller.post(f"/api/v1/matches/{lead['id']}/decline/", {"reason": "other"}).json()
    for each in (lead, on_board, one, declined):
        assert each["client"] == FACTS


def test_the_client_is_told_nothing_of_herself(api: Api, clara: Member, request_: ServiceRequest) -> None:
    assert "client" not in api(clara).get(f"/api/v1/requests/{request_.pk}/").json()
    assert all("client" not in each for each in api(clara).get("/api/v1/requests/").json()["results"])


def test_the_pages(log_in: LogIn, paul: Member, request_: ServiceRequest) -> None:
    browser = log_in(paul)
    for address in (f"/requests/{request_.pk}/", "/requests/board/"):
        shown = browser.get(address).content.decode()
        found = re.search(r"data-client-facts>(.*?)</(?:dl|p)>", shown, re.S)
        assert found
        words = " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()).casefold()
        for fact in ("march 2025", "67 %", "email verified", "4.5"):
            assert fact in words
        assert re.search(r"requests posted 6|6 requests posted", words)
        assert 'datetime="2026-11-03T08:00:00+00:00"' in found[1]


def test_of_one_about_whom_nothing_is_known(api: Api, paul: Member, page: ServicePage, service: Service) -> None:
    newcomer = factories.make_member("new@example.com", verified=False)
    made = factories.make_request(newcomer, service=service, status="open", visibility="board")
    found = api(paul).get(f"/api/v1/requests/{made.pk}/").json()["client"]
    assert found["requests_posted"] == 1
    assert [found[name] for name in ("hire_rate", "last_active", "rating")] == [None] * 3
    assert (found["verified_contact"], found["ratings"]) == (False, 0)


def test_the_present_address_has_to_be_confirmed(clara: Member) -> None:
    assert client_facts([clara.pk])[clara.pk].is_verified
    clara.email = "other@example.com"
    clara.save()
    assert not client_facts([clara.pk])[clara.pk].is_verified
    EmailAddress.objects.create(user=clara, email="Other@example.com", verified=True)
    assert client_facts([clara.pk])[clara.pk].is_verified


def test_queries(clara: Member, sam: Member, service: Service, django_assert_num_queries: Callable[..., Any]) -> None:
    factories.make_request(clara, service=service, status="open")
    with django_assert_num_queries(2):
        assert set(client_facts([clara.pk, sam.pk, clara.pk])) == {clara.pk, sam.pk}
    with django_assert_num_queries(0):
        assert client_facts([]) == {}
