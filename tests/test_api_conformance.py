"""The API answers what its OpenAPI document says, and takes back what it answered."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Member
from marketplace.clock import utc_now
from requests import actions
from requests.matching import run
from requests.models import Match, RequestStatus, ServiceRequest
from services.models import Service, ServicePage
from tests.openapi import undescribed

Api = Callable[[Member | None], APIClient]
CONTENTS = [
    *("service", "title", "details", "answers", "budget_type", "budget_min", "budget_max", "currency"),
    *("work_location", "place", "radius_km", "languages", "time_frame", "visibility", "invited_pages"),
]
"""What a client writes."""


@pytest.fixture
def posted(clara: Member, page: ServicePage, service: Service) -> ServiceRequest:
    """Clara's request, matched to Paul."""
    body = {
        "service": service.slug,
        "title": "A logo",
        "details": "Round.",
        "budget_type": "fixed",
        "work_location": "remote",
    }
    made = actions.post_request(actor=clara, values=body, now=utc_now())
    run.match(made.pk, now=utc_now())
    return made


CALLS = [
    ("clara", "get", "/me/", {}, None),
    ("paul", "get", "/me/", {}, None),
    (None, "get", "/me/", {}, None),
    (None, "post", "/tokens/", {}, {"email": "clara@example.com", "password": "wrong"}),
    (None, "get", "/catalogue/", {}, None),
    (None, "get", "/services/", {}, None),
    (None, "get", "/services/?service=nothing-of-the-kind", {}, None),
    ("sam", "get", "/services/mine/", {}, None),
    ("sam", "post", "/services/", {}, {}),
    ("paul", "post", "/services/", {}, {}),
    ("paul", "get", "/services/mine/", {}, None),
    (None, "get", "/services/{page_id}/", {"page_id": "page"}, None),
    ("sam", "patch", "/services/{page_id}/", {"page_id": "page"}, {"title": "Mine now"}),
    ("paul", "post", "/services/{page_id}/publish/", {"page_id": "page"}, None),
    ("paul", "post", "/services/{page_id}/pause/", {"page_id": "page"}, None),
    ("clara", "get", "/requests/", {}, None),
    ("clara", "post", "/requests/", {}, {"service": "logo-design", "draft": True}),
    ("clara", "post", "/requests/", {}, {"service": "logo-design"}),
    ("clara", "get", "/requests/{request_id}/", {"request_id": "posted"}, None),
    ("sam", "get", "/requests/{request_id}/", {"request_id": "posted"}, None),
    ("paul", "patch", "/requests/{request_id}/", {"request_id": "posted"}, {"title": "Mine now"}),
    ("clara", "get", "/requests/{request_id}/matches/", {"request_id": "posted"}, None),
    ("clara", "post", "/requests/{request_id}/close/", {"request_id": "posted"}, {"reason": "other"}),
    ("clara", "post", "/requests/{request_id}/publish/", {"request_id": "posted"}, None),
    ("clara", "post", "/requests/{request_id}/reopen/", {"request_id": "posted"}, None),
    ("clara", "post", "/requests/{request_id}/repost/", {"request_id": "posted"}, None),
    ("paul", "get", "/matches/", {}, None),
    ("paul", "post", "/matches/{match_id}/decline/", {"match_id": "match"}, {"reason": "too_busy"}),
    ("paul", "get", "/notifications/", {}, None),
    ("paul", "post", "/notifications/read/", {}, {"all": True}),
    ("ada", "get", "/stats/overview/", {}, None),
    ("sam", "get", "/stats/overview/", {}, None),
    ("ada", "get", "/stats/request-rate/?from=2026-01-01T00:00:00Z&to=2026-01-01T00:02:00Z", {}, None),
    ("ada", "get", "/stats/request-rate/", {}, None),
]


@pytest.mark.parametrize(("who", "method", "path", "ids", "body"), CALLS)
def test_answers_are_as_described(
    request: pytest.FixtureRequest,
    posted: ServiceRequest,
    page: ServicePage,
    api: Api,
    who: str | None,
    method: str,
    path: str,
    ids: dict[str, str],
    body: Any,
) -> None:
    match = Match.objects.get(request=posted)
    known = {"posted": str(posted.pk), "page": str(page.pk), "match": str(match.pk)}
    address = path.format(**{name: known[of] for name, of in ids.items()})
    call = getattr(api(request.getfixturevalue(who) if who else None), method)
    answer = call(f"/api/v1{address}", body) if method != "get" else call(f"/api/v1{address}")
    assert list(undescribed(method.upper(), f"/api/v1{address.partition('?')[0]}", answer)) == []


def test_what_was_read_can_be_sent_again(clara: Member, paul: Member, page: ServicePage, api: Api) -> None:
    draft = api(clara).post("/api/v1/requests/", {"service": "logo-design", "draft": True}).json()
    again = {name: draft[name] for name in CONTENTS}
    answer = api(clara).patch(f"/api/v1/requests/{draft['id']}/", again)
    assert answer.status_code == 200, answer.json()
    assert {name: answer.json()[name] for name in CONTENTS} == again


@pytest.mark.parametrize("name", [name for name in CONTENTS if name not in {"service", "visibility"}])
def test_null_empties(clara: Member, service: Service, api: Api, name: str) -> None:
    body = {"service": service.slug, "draft": True, "title": "A logo", "languages": ["en"], "time_frame": "urgent"}
    draft = api(clara).post("/api/v1/requests/", body).json()
    answer = api(clara).patch(f"/api/v1/requests/{draft['id']}/", {name: None})
    assert answer.status_code == 200, answer.json()
    assert answer.json()[name] in (None, "", [], {}, "flexible")


def test_null_empties_a_draft_page(sam: Member, service: Service, api: Api) -> None:
    page = api(sam).post("/api/v1/services/", {"currency": "EUR", "pricing": "hourly", "rate": 5000}).json()
    nothing = dict.fromkeys(["currency", "pricing", "rate", "packages", "skills", "services", "place", "title"])
    answer = api(sam).patch(f"/api/v1/services/{page['id']}/", nothing)
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["currency"], answer.json()["pricing"], answer.json()["skills"]) == (None, None, [])


@pytest.mark.parametrize(("given", "kept"), [("not_needed", "not_needed"), ("We found a cousin who does it", "other")])
def test_a_reason_is_a_code_or_words(clara: Member, posted: ServiceRequest, api: Api, given: str, kept: str) -> None:
    answer = api(clara).post(f"/api/v1/requests/{posted.pk}/close/", {"reason": given})
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["status"], answer.json()["close_reason"]) == (RequestStatus.CLOSED, kept)


@pytest.mark.parametrize(("given", "code"), [("", "blank"), ("x" * 301, "max_length"), (None, "null"), ([], "invalid")])
def test_no_reason_at_all_is_refused(clara: Member, posted: ServiceRequest, api: Api, given: object, code: str) -> None:
    answer = api(clara).post(f"/api/v1/requests/{posted.pk}/close/", {"reason": given})
    assert answer.status_code == 400
    assert answer.json()["fields"]["reason"][0]["code"] == code
