"""The API's calls about proposals, with all their refusals."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import Member
from requests.models import Match, Proposal, RequestStatus, ServiceRequest
from services.models import Service, ServicePage
from tests import factories

Api = Callable[[Member | None], APIClient]
OFFER: dict[str, Any] = {
    "price_type": "fixed",
    "amount": 90_000,
    "currency": "EUR",
    "days": 10,
    "scope": "Three drafts and **all** files.",
    "answers": {"q1": "Nine years"},
    "ai_assisted": True,
}


@pytest.fixture
def request_(clara: Member, service: Service, page: ServicePage) -> ServiceRequest:
    """Clara's open request, of which Paul was told; it asks one question."""
    request = factories.make_request(
        clara,
        service=service,
        status=RequestStatus.OPEN,
        screening=[{"key": "q1", "text": "Since when?", "required": True}],
    )
    Match.objects.create(request=request, page=page, rank=1, score=0.5)
    return request


@pytest.fixture
def sent(request_: ServiceRequest, page: ServicePage) -> Proposal:
    """Paul's proposal."""
    return factories.make_proposal(request_, page)


def of(request: ServiceRequest) -> str:
    return f"/api/v1/requests/{request.pk}/proposals/"


def at(proposal: Proposal, action: str = "") -> str:
    return f"/api/v1/proposals/{proposal.pk}/{action}"


def test_sending(paul: Member, request_: ServiceRequest, page: ServicePage, api: Api) -> None:
    answer = api(paul).post(of(request_), OFFER)
    assert answer.status_code == 201, answer.json()
    made = answer.json()
    assert {name: made[name] for name in OFFER} == OFFER
    assert (made["status"], made["request"], made["page"]) == ("submitted", str(request_.pk), str(page.pk))
    assert [(each["number"], each["amount"], each["offered_by"]) for each in made["terms"]] == [(1, 90_000, "provider")]
    assert made["warnings"] == []
    assert "client_note" not in made
    assert api(paul).get(f"/api/v1/requests/{request_.pk}/").json()["proposals"] == 1
    again = api(paul).post(of(request_), OFFER)
    assert (again.status_code, again.json()["code"]) == (409, "already_proposed")


def test_the_same_key_sends_once(paul: Member, request_: ServiceRequest, api: Api) -> None:
    caller = api(paul)
    first = caller.post(of(request_), OFFER, headers={"Idempotency-Key": "one"})
    again = caller.post(of(request_), OFFER, headers={"Idempotency-Key": "one"})
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_draft_first(paul: Member, clara: Member, request_: ServiceRequest, api: Api) -> None:
    draft = api(paul).post(of(request_), {"scope": "Begun", "draft": True}).json()
    assert (draft["status"], draft["amount"], draft["terms"]) == ("draft", None, [])
    assert api(clara).get(f"/api/v1/proposals/{draft['id']}/").status_code == 404
    assert api(clara).get(of(request_)).json()["results"] == []
    assert api(paul).patch(f"/api/v1/proposals/{draft['id']}/", {"days": 3}).json()["days"] == 3
    sent = api(paul).post(of(request_), OFFER | {"days": 4}).json()
    assert (sent["id"], sent["status"], sent["days"]) == (draft["id"], "submitted", 4)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"price_type": "monthly"}, "price_type", "invalid_choice"),
        ({"amount": 0}, "amount", "min_value"),
        ({"amount": -5}, "amount", "negative"),
        ({"amount": 10**13}, "amount", "max_value"),
        ({"amount": "many"}, "amount", "invalid"),
        ({"currency": "XXX"}, "currency", "unknown_currency"),
        ({"days": 731}, "days", "max_value"),
        ({"scope": ""}, "scope", "required"),
        ({"scope": "x" * 10_001}, "scope", "max_length"),
        ({"answers": {}}, "answers.q1", "required"),
        ({"answers": {"q9": "?"}}, "answers.q9", "unknown_question"),
        ({"answers": {"q1": ["?"]}}, "answers.q1", "not_a_text"),
        ({"attachments": [str(uuid4())]}, "attachments", "unknown_file"),
        ({"colour": "red"}, "colour", "unknown_field"),
        ({"client_note": "Mine"}, "client_note", "unknown_field"),
    ],
)
def test_what_is_wrong_is_named(
    paul: Member, request_: ServiceRequest, api: Api, change: dict[str, Any], field: str, code: str
) -> None:
    answer = api(paul).post(of(request_), OFFER | change)
    assert answer.status_code == 400
    assert [each["code"] for each in answer.json()["fields"][field]] == [code]
    assert not Proposal.objects.exists()


def test_who_may_send(
    clara: Member, sam: Member, paul: Member, request_: ServiceRequest, page: ServicePage, api: Api
) -> None:
    factories.make_page(sam, indexed=False)
    assert api(None).post(of(request_), OFFER).status_code == 401
    assert api(sam).post(of(request_), OFFER).status_code == 404
    factories.make_page(clara, indexed=False)
    own = api(clara).post(of(request_), OFFER)
    assert (own.status_code, own.json()["code"]) == (403, "own_request")
    ServicePage.objects.filter(pk=page.pk).update(status="paused")
    unpublished = api(paul).post(of(request_), OFFER)
    assert (unpublished.status_code, unpublished.json()["code"]) == (409, "page_not_published")


def test_too_many_a_day(paul: Member, request_: ServiceRequest, page: ServicePage, api: Api) -> None:
    for _number in range(5):
        factories.make_proposal(factories.make_request(), page)
    answer = api(paul).post(of(request_), OFFER)
    assert (answer.status_code, answer.json()["code"]) == (429, "daily_limit")
    assert 86_000 < int(answer.headers["Retry-After"]) <= 86_400


def test_who_sees_what(
    clara: Member, paul: Member, sam: Member, ada: Member, request_: ServiceRequest, sent: Proposal, api: Api
) -> None:
    rival = factories.make_proposal(request_, factories.make_page(indexed=False))
    Match.objects.create(request=request_, page=rival.page, rank=2, score=0.4)
    for member, ids in ((clara, {sent.pk, rival.pk}), (ada, {sent.pk, rival.pk}), (paul, {sent.pk})):
        listed = api(member).get(of(request_)).json()
        assert ({each["id"] for each in listed["results"]}, listed["next"]) == ({str(pk) for pk in ids}, None)
    assert api(sam).get(of(request_)).status_code == 404
    assert api(sam).get(at(sent)).status_code == 404
    assert api(paul).get(at(rival)).status_code == 404
    assert [each["id"] for each in api(paul).get("/api/v1/proposals/").json()["results"]] == [str(sent.pk)]
    assert api(clara).get(of(request_) + "?status=declined").json()["results"] == []
    assert api(clara).get(of(request_) + "?status=odd").status_code == 400
    assert api(clara).get(of(request_) + "?colour=red").json()["code"] == "unknown_filter"


def test_pages_of_the_list(clara: Member, request_: ServiceRequest, api: Api) -> None:
    for _number in range(3):
        factories.make_proposal(request_, factories.make_page(indexed=False))
    first = api(clara).get(of(request_) + "?page_size=2").json()
    second = api(clara).get(first["next"]).json()
    assert len({each["id"] for each in first["results"] + second["results"]}) == 3
    assert second["next"] is None


def test_the_list_costs_the_same_for_ten(
    clara: Member, request_: ServiceRequest, api: Api, django_assert_num_queries: Any
) -> None:
    def add(many: int) -> None:
        for _number in range(many):
            factories.make_proposal(request_, factories.make_page(indexed=False))

    caller = api(clara)
    add(1)
    caller.get(of(request_))  # notes when the caller was here last
    with django_assert_num_queries(5):  # whatever their number
        caller.get(of(request_))
    add(9)
    with django_assert_num_queries(5):
        assert len(caller.get(of(request_)).json()["results"]) == 10


def test_the_client_decides(clara: Member, paul: Member, sent: Proposal, api: Api) -> None:
    assert api(clara).post(at(sent, "view/")).json()["viewed_at"] is not None
    assert api(clara).post(at(sent, "shortlist/")).json()["status"] == "shortlisted"
    assert api(clara).delete(at(sent, "shortlist/")).json()["status"] == "submitted"
    noted = api(clara).patch(at(sent), {"client_note": "Call on Monday"})
    assert noted.json()["client_note"] == "Call on Monday"
    assert "client_note" not in api(paul).get(at(sent)).json()
    declined = api(clara).post(at(sent, "decline/"), {"reason": "price", "words": "A pity."}).json()
    assert (declined["status"], declined["outcome"]) == ("declined", {"reason": "price", "words": "A pity."})
    refused = api(clara).post(at(sent, "shortlist/"))
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_state")


def test_own_words_are_a_reason(clara: Member, sent: Proposal, api: Api) -> None:
    declined = api(clara).post(at(sent, "decline/"), {"reason": "We found a cousin"}).json()
    assert declined["outcome"] == {"reason": "other", "words": "We found a cousin"}


def test_terms_go_back_and_forth(clara: Member, paul: Member, sent: Proposal, api: Api) -> None:
    countered = api(clara).post(at(sent, "counter/"), {"amount": 70_000, "note": "Tight", "version": 1}).json()
    assert (countered["amount"], countered["offered_by"], countered["version"]) == (70_000, "client", 2)
    assert countered["terms"][-1]["note"] == "Tight"
    stale = api(paul).post(at(sent, "counter/"), {"amount": 75_000, "version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert api(paul).post(at(sent, "counter/"), {"amount": 75_000}).json()["offered_by"] == "provider"
    back = api(paul).delete(at(sent, "counter/")).json()
    assert (back["amount"], back["offered_by"], back["terms"][-1]["restored"]) == (70_000, "client", True)
    same = api(clara).post(at(sent, "counter/"), {"amount": 70_000})
    assert (same.status_code, same.json()["code"]) == (400, "unchanged")


def test_withdrawing_and_proposing_again(paul: Member, request_: ServiceRequest, sent: Proposal, api: Api) -> None:
    for _twice in range(2):
        assert api(paul).post(at(sent, "withdraw/")).json()["status"] == "withdrawn"
    again = api(paul).post(of(request_), OFFER)
    assert (again.status_code, again.json()["id"] != str(sent.pk)) == (201, True)


CALLS = [
    ("patch", "", {"days": 3}, "paul"),
    ("post", "withdraw/", {"reason": "no_time"}, "paul"),
    ("post", "view/", None, "clara"),
    ("post", "shortlist/", None, "clara"),
    ("delete", "shortlist/", None, "clara"),
    ("post", "decline/", {"reason": "price"}, "clara"),
    ("delete", "counter/", None, "nobody"),
    ("post", "counter/", {"amount": 1}, "both"),
]


@pytest.mark.parametrize(("method", "action", "body", "whose"), CALLS)
def test_nobody_else_may(
    request: pytest.FixtureRequest, sent: Proposal, api: Api, method: str, action: str, body: Any, whose: str
) -> None:
    def call(who: str | None) -> int:
        member = request.getfixturevalue(who) if who else None
        return int(getattr(api(member), method)(at(sent, action), body).status_code)

    assert call(None) == 401
    assert call("sam") == 404
    assert call("ada") == 403
    for name in ("clara", "paul"):
        if whose in {"clara", "paul"} and name != whose:
            assert call(name) == 403


@pytest.mark.parametrize(
    ("action", "body", "field"),
    [
        ("decline/", {}, "reason"),
        ("decline/", {"reason": ""}, "reason"),
        ("decline/", {"reason": "price", "words": "x" * 501}, "words"),
        ("counter/", {"amount": 0}, "amount"),
        ("counter/", {"amount": 5, "note": "x" * 1001}, "note"),
        ("counter/", {"answers": {}}, "answers"),
    ],
)
def test_bad_input(clara: Member, sent: Proposal, api: Api, action: str, body: Any, field: str) -> None:
    answer = api(clara).post(at(sent, action), body)
    assert answer.status_code == 400
    assert field in answer.json()["fields"]


def test_screening_questions_of_a_request(clara: Member, service: Service, api: Api) -> None:
    body = {
        "service": service.slug,
        "title": "A logo",
        "details": "Round.",
        "budget_type": "fixed",
        "work_location": "remote",
        "screening": [{"text": "Since when?", "required": True}, {"text": "Where?"}],
    }
    posted = api(clara).post("/api/v1/requests/", body).json()
    asked = [
        {"key": "q1", "text": "Since when?", "required": True},
        {"key": "q2", "text": "Where?", "required": False},
    ]
    assert posted["screening"] == asked
    address = f"/api/v1/requests/{posted['id']}/"
    changed = [{"text": "How?"}, {"key": "q2", "text": "Where exactly?", "required": True}]
    answer = api(clara).patch(address, {"screening": changed}).json()["screening"]
    assert [each["key"] for each in answer] == ["q3", "q2"]
    for wrong in ([{"text": f"Question {number}"} for number in range(6)], [{"required": True}], ["Why?"]):
        assert api(clara).patch(address, {"screening": wrong}).status_code == 400
    assert api(clara).patch(address, {"screening": None}).json()["screening"] == []


def test_files_go_with_both(
    clara: Member, paul: Member, sam: Member, request_: ServiceRequest, page: ServicePage, api: Api
) -> None:
    plan, quote = factories.make_attachment(clara), factories.make_attachment(paul)
    patched = api(clara).patch(f"/api/v1/requests/{request_.pk}/", {"attachments": [str(plan.pk)]})
    assert patched.json()["attachments"] == [str(plan.pk)]
    assert api(paul).get(f"/api/v1/attachments/{plan.pk}/").status_code == 200
    sent = api(paul).post(of(request_), OFFER | {"attachments": [str(quote.pk)]}).json()
    assert sent["attachments"] == [str(quote.pk)]
    assert api(clara).get(f"/api/v1/attachments/{quote.pk}/").status_code == 200
    for file in (plan, quote):
        assert api(sam).get(f"/api/v1/attachments/{file.pk}/").status_code == 404
    foreign = api(paul).patch(f"/api/v1/proposals/{sent['id']}/", {"attachments": [str(plan.pk)]})
    assert foreign.json()["fields"]["attachments"][0]["code"] == "unknown_file"
    emptied = api(paul).patch(f"/api/v1/proposals/{sent['id']}/", {"attachments": []})
    assert emptied.json()["attachments"] == []
    assert api(paul).get(f"/api/v1/attachments/{quote.pk}/").status_code == 404
