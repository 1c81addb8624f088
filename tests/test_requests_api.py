"""The API's calls about requests and matches, with all their refusals."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import Member
from marketplace.clock import utc_now
from requests import actions
from requests.matching import run
from requests.models import Publication, RequestStatus, ServiceRequest
from services.models import Question, Service, ServicePage
from tests import factories

Api = Callable[[Member | None], APIClient]
URL = "/api/v1/requests/"


@pytest.fixture
def service(db: None) -> Service:
    """The service of all requests and pages here."""
    return factories.make_service("sign-painting")


@pytest.fixture
def body() -> dict[str, Any]:
    """A complete request."""
    return {
        "service": "sign-painting",
        "title": "A sign for our shop",
        "details": "Gold letters on green, two metres wide.",
        "budget_type": "fixed",
        "budget_min": 30_000,
        "budget_max": 90_000,
        "currency": "EUR",
        "work_location": "remote",
        "languages": ["en"],
    }


@pytest.fixture
def page(paul: Member, service: Service) -> ServicePage:
    """Paul's page, which offers the service."""
    return factories.make_page(paul, services=[service], title="Signs by hand")


@pytest.fixture
def open_request(clara: Member, service: Service, page: ServicePage, body: dict[str, Any]) -> ServiceRequest:
    """Clara's request, open and matched to Paul."""
    request = actions.post_request(actor=clara, values=body, now=utc_now())
    run.match(request.pk, now=utc_now())
    request.refresh_from_db()
    return request


def test_posting_publishes(clara: Member, service: Service, api: Api, body: dict[str, Any]) -> None:
    answer = api(clara).post(URL, body)
    assert answer.status_code == 201
    made = answer.json()
    assert {name: made[name] for name in body} == body
    assert (made["status"], made["matching"], made["proposals"], made["warnings"]) == ("open", "pending", 0, [])
    assert made["published_at"].endswith("Z")
    assert made["matched_at"] is None
    assert api(clara).get(f"{URL}{made['id']}/").json()["id"] == made["id"]


def test_a_draft_is_published_later(clara: Member, service: Service, api: Api, body: dict[str, Any]) -> None:
    made = api(clara).post(URL, {"service": "sign-painting", "draft": True}).json()
    assert (made["status"], made["published_at"]) == ("draft", None)
    refused = api(clara).post(f"{URL}{made['id']}/publish/")
    assert (refused.status_code, refused.json()["code"]) == (400, "incomplete")
    assert set(refused.json()["fields"]) == {"title", "details", "budget_type", "work_location"}
    assert api(clara).patch(f"{URL}{made['id']}/", body).status_code == 200
    for _twice in range(2):
        assert api(clara).post(f"{URL}{made['id']}/publish/").json()["status"] == "open"
    assert Publication.objects.count() == 1


def test_the_same_key_makes_one_request(clara: Member, service: Service, api: Api, body: dict[str, Any]) -> None:
    caller = api(clara)
    first = caller.post(URL, body, HTTP_IDEMPOTENCY_KEY="k1")
    again = caller.post(URL, body, HTTP_IDEMPOTENCY_KEY="k1")
    other = caller.post(URL, {**body, "title": "Other"}, HTTP_IDEMPOTENCY_KEY="k1")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert other.json()["code"] == "idempotency_key_reused"
    assert ServiceRequest.objects.count() == 1


def test_a_similar_one_is_taken_with_a_warning(
    clara: Member, api: Api, open_request: ServiceRequest, body: dict[str, Any]
) -> None:
    answer = api(clara).post(URL, body)
    assert answer.status_code == 201
    assert [(each["code"], each["request"]) for each in answer.json()["warnings"]] == [
        ("similar_request", str(open_request.pk))
    ]


BAD = [
    ({"service": None}, "service", "null"),
    ({"service": "nothing"}, "service", "unknown_service"),
    ({"budget_min": 90_001}, "budget_min", "reversed"),
    ({"budget_min": -1}, "budget_min", "negative"),
    ({"budget_max": "much"}, "budget_max", "invalid"),
    ({"currency": "XXX"}, "currency", "unknown_currency"),
    ({"currency": ""}, "currency", "required"),
    ({"place": {"country": "ZZ"}}, "place.country", "unknown_country"),
    ({"place": {"country": "AT", "lat": 91, "lon": 0}}, "place.lat", "out_of_range"),
    ({"work_location": "on_site"}, "place", "required"),
    ({"work_location": "moon"}, "work_location", "invalid_choice"),
    ({"languages": "en"}, "languages", "not_a_list"),
    ({"visibility": "invited"}, "invited_pages", "required"),
    ({"invited_pages": [str(uuid4())]}, "invited_pages", "unknown_page"),
    ({"answers": {"nothing": 1}}, "answers.nothing", "unknown_question"),
    ({"colour": "red"}, "colour", "unknown_field"),
    ({"status": "open"}, "status", "unknown_field"),
    ({"details": "x" * 1_000_000}, "details", "max_length"),
]


@pytest.mark.parametrize(("changes", "field", "code"), BAD)
def test_bad_input_is_named(
    clara: Member,
    service: Service,
    api: Api,
    body: dict[str, Any],
    changes: dict[str, Any],
    field: str,
    code: str,
) -> None:
    answer = api(clara).post(URL, {**body, **changes})
    assert answer.status_code == 400
    assert code in [problem["code"] for problem in answer.json()["fields"][field]]
    assert not ServiceRequest.objects.exists()


def test_answers_are_kept(clara: Member, service: Service, api: Api, body: dict[str, Any]) -> None:
    Question.objects.create(
        group=service.group, key="size", text="How large?", type=Question.Type.CHOICE, choices=["S", "L"], required=True
    )
    assert api(clara).post(URL, {**body, "answers": {"size": "L"}}).json()["answers"] == {"size": "L"}


def test_moves(clara: Member, api: Api, open_request: ServiceRequest) -> None:
    at, caller = f"{URL}{open_request.pk}/", api(clara)
    refused = caller.post(f"{at}reopen/")
    assert refused.status_code == 200
    assert caller.post(f"{at}close/", {"reason": " "}).status_code == 400
    assert caller.post(f"{at}close/", {}).status_code == 400
    for _twice in range(2):
        closed = caller.post(f"{at}close/", {"reason": "no_fit"})
        assert (closed.status_code, closed.json()["status"], closed.json()["close_reason"]) == (200, "closed", "no_fit")
    illegal = caller.patch(at, {"title": "Too late"})
    assert (illegal.status_code, illegal.json()["code"]) == (409, "illegal_state")
    assert caller.post(f"{at}publish/").status_code == 409
    assert caller.post(f"{at}reopen/").json()["status"] == "open"
    copy = caller.post(f"{at}repost/")
    assert (copy.status_code, copy.json()["status"], copy.json()["repost_of"]) == (201, "open", str(open_request.pk))
    assert Publication.objects.count() == 2


CALLS = [
    ("get", ""),
    ("patch", ""),
    ("post", "publish/"),
    ("post", "close/"),
    ("post", "reopen/"),
    ("post", "repost/"),
    ("get", "matches/"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_who_may(paul: Member, sam: Member, api: Api, open_request: ServiceRequest, method: str, path: str) -> None:
    def status(member: Member | None, request_id: object = open_request.pk) -> int:
        body = {"reason": "other"} if path == "close/" else {"title": "Mine now"} if method == "patch" else None
        answer = getattr(api(member), method)(f"{URL}{request_id}/{path}", body)
        return int(answer.status_code)

    assert status(None) == 401
    assert status(sam) == 404
    assert status(paul) == (200 if (method, path) == ("get", "") else 403)
    assert status(sam, uuid4()) == 404
    open_request.refresh_from_db()
    assert (open_request.status, open_request.title) == (RequestStatus.OPEN, "A sign for our shop")


def test_whom_else_the_client_asked_is_hers(
    clara: Member, paul: Member, api: Api, page: ServicePage, service: Service, body: dict[str, Any]
) -> None:
    made = api(clara).post(URL, {**body, "visibility": "invited", "invited_pages": [str(page.pk)]}).json()
    assert made["invited_pages"] == [str(page.pk)]
    run.match(ServiceRequest.objects.get().pk, now=utc_now())
    assert "invited_pages" not in api(paul).get(f"{URL}{made['id']}/").json()


def test_matches_and_leads(
    clara: Member, ada: Member, paul: Member, sam: Member, api: Api, open_request: ServiceRequest, page: ServicePage
) -> None:
    for reader in (clara, ada):
        [match] = api(reader).get(f"{URL}{open_request.pk}/matches/").json()["results"]
        assert (match["page"], match["rank"], match["state"]) == (str(page.pk), 1, "notified")
        assert match["reasons"][0] == {"feature": "service", "text": "Offers exactly the service that is asked for"}
    [lead] = api(paul).get("/api/v1/matches/").json()["results"]
    assert (lead["request"], lead["page"], lead["id"]) == (str(open_request.pk), str(page.pk), match["id"])
    assert api(sam).get("/api/v1/matches/").json() == {"results": [], "next": None}
    assert api(None).get("/api/v1/matches/").status_code == 401
    decline = f"/api/v1/matches/{lead['id']}/decline/"
    assert api(None).post(decline, {"reason": "budget"}).status_code == 401
    assert api(sam).post(decline, {"reason": "budget"}).status_code == 404
    assert api(clara).post(decline, {"reason": "budget"}).status_code == 404
    assert api(paul).post(decline, {"reason": " "}).status_code == 400
    for reason in ("budget", "other"):
        declined = api(paul).post(decline, {"reason": reason})
        assert (declined.status_code, declined.json()["state"], declined.json()["decline_reason"]) == (
            200,
            "declined",
            "budget",
        )
    assert api(paul).get("/api/v1/matches/?state=notified").json()["results"] == []
    assert api(paul).get("/api/v1/matches/?state=lost").status_code == 400
    assert api(paul).get("/api/v1/matches/?colour=red").json()["code"] == "unknown_filter"


def test_lists_cost_the_same_for_one_and_for_many(
    clara: Member, service: Service, api: Api, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    caller = api(clara)
    for _number in range(30):
        factories.make_request(clara, service=service)
    with django_assert_max_num_queries(6):
        first = caller.get(URL).json()
    assert len(first["results"]) == 25
    rest = caller.get(first["next"]).json()
    assert (len(rest["results"]), rest["next"]) == (5, None)
    assert caller.get(f"{URL}?status=open").json()["results"] == []
    assert caller.get(f"{URL}?status=lost").status_code == 400


def test_posting_takes_nine_statements(
    clara: Member,
    service: Service,
    body: dict[str, Any],
    api: Api,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    caller = api(clara)
    assert caller.post(URL, body, format="json").status_code == 201
    # Token; service, questions; events, request and publication; similar ones; and the savepoint around the action.
    with django_assert_max_num_queries(9):
        assert caller.post(URL, body, format="json").status_code == 201


def test_the_catalogue_is_read_again_before_anything_is_refused(
    clara: Member, service: Service, body: dict[str, Any], api: Api
) -> None:
    caller = api(clara)
    assert caller.post(URL, body, format="json").status_code == 201
    # As another process does it, which this one does not hear of.
    question = Question(group=service.group, service=service, key="letters", text="How many?", type="number")
    Question.objects.bulk_create([question])
    answered = caller.post(URL, body | {"answers": {"letters": 12}}, format="json")
    assert (answered.status_code, answered.json()["answers"]) == (201, {"letters": 12})
    refused = caller.post(URL, body | {"answers": {"colours": 3}}, format="json")
    assert list(refused.json()["fields"]) == ["answers.colours"]
    service.is_active = False
    service.save()
    assert list(caller.post(URL, body, format="json").json()["fields"]) == ["service"]
