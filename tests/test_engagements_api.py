"""The API's calls about engagements and reviews, with all their refusals."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import Member
from engagements.models import Engagement
from marketplace.clock import utc_now
from services.models import ServicePage
from tests import factories

Api = Callable[[Member | None], APIClient]
URL = "/api/v1/engagements/"
REVIEW = {"rating": 5, "text": "Quick, careful and friendly."}


@pytest.fixture
def deal(clara: Member, page: ServicePage) -> Engagement:
    """Clara's and Paul's, just agreed."""
    return factories.make_engagement(clara, page)


@pytest.fixture
def done(clara: Member, page: ServicePage) -> Engagement:
    """The same, completed."""
    return factories.make_engagement(clara, page, completed_at=utc_now())


def url(deal: Engagement, verb: str = "") -> str:
    """Address of a call about it."""
    return f"{URL}{deal.pk}/{verb}"


def test_the_whole_course(clara: Member, paul: Member, api: Api, deal: Engagement) -> None:
    assert api(paul).post(url(deal, "start/")).json()["status"] == "under_way"
    marked = api(paul).post(url(deal, "complete/")).json()
    assert (marked["status"], marked["completion_by"]) == ("under_way", "provider")
    assert marked["completion_due_at"].endswith("Z")
    back = api(clara).post(url(deal, "not-yet/"), {"words": "One file"}).json()
    assert (back["completion_by"], back["completion_due_at"]) == (None, None)
    api(clara).post(url(deal, "complete/"))
    done = api(paul).post(url(deal, "complete/")).json()
    assert (done["status"], done["completion_due_at"]) == ("completed", None)
    first = api(clara).post(url(deal, "reviews/"), REVIEW)
    assert (first.status_code, first.json()["published_at"]) == (201, None)
    assert api(clara).post(url(deal, "reviews/"), REVIEW | {"rating": 4}).status_code == 200
    assert api(paul).get(url(deal, "reviews/")).json() == {"results": [], "next": None}
    second = api(paul).post(url(deal, "reviews/"), REVIEW)
    assert (second.status_code, second.json()["by"]) == (201, "provider")
    both = api(clara).get(url(deal, "reviews/")).json()["results"]
    assert [(each["by"], each["rating"]) for each in both] == [("client", 4), ("provider", 5)]
    closed = api(clara).post(url(deal, "reviews/"), REVIEW)
    assert (closed.status_code, closed.json()["code"]) == (409, "reviews_closed")
    reply = f"/api/v1/reviews/{both[0]['id']}/reply/"
    assert api(paul).post(reply, {"text": "Thank you!"}).json()["reply"] == "Thank you!"
    assert api(paul).post(reply, {"text": "Changed"}).json()["code"] == "already_replied"
    assert api(clara).post(reply, {"text": "Me too"}).status_code == 403


def test_cancelling_tells_why(clara: Member, api: Api, deal: Engagement) -> None:
    answer = api(clara).post(url(deal, "cancel/"), {"reason": "plans_changed", "words": "We moved"}).json()
    assert (answer["status"], answer["cancelled_by"]) == ("cancelled", "client")
    assert (answer["cancel_reason"], answer["cancel_words"]) == ("plans_changed", "We moved")
    assert api(clara).post(url(deal, "cancel/")).json()["cancel_reason"] == "plans_changed"
    refused = api(clara).post(url(deal, "complete/"))
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_state")


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("sam", 404), ("ada", 200), ("clara", 200), ("paul", 200)])
def test_who_reads_it(request: pytest.FixtureRequest, api: Api, deal: Engagement, who: str | None, status: int) -> None:
    client = api(request.getfixturevalue(who) if who else None)
    assert client.get(url(deal)).status_code == status
    assert client.get(url(deal, "reviews/")).status_code == status


@pytest.mark.parametrize("verb", ["start/", "complete/", "not-yet/", "cancel/", "reviews/"])
@pytest.mark.parametrize(("who", "status"), [(None, 401), ("sam", 404), ("ada", 403)])
def test_nobody_else_acts(
    request: pytest.FixtureRequest, api: Api, deal: Engagement, verb: str, who: str | None, status: int
) -> None:
    client = api(request.getfixturevalue(who) if who else None)
    body = REVIEW if verb == "reviews/" else {}
    assert client.post(url(deal, verb), body).status_code == status
    assert Engagement.objects.get().status == "agreed"


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("cancel/", {"reason": "x" * 301}, "reason"),
        ("cancel/", {"words": "x" * 501}, "words"),
        ("cancel/", {"why": "x"}, "why"),
        ("not-yet/", {"words": "two\nlines"}, "words"),
        ("reviews/", {"rating": 0, "text": "Bad"}, "rating"),
        ("reviews/", {"rating": 6, "text": "Good"}, "rating"),
        ("reviews/", {"rating": "many", "text": "Good"}, "rating"),
        ("reviews/", {"rating": 5}, "text"),
        ("reviews/", {"rating": 5, "text": " "}, "text"),
        ("reviews/", {"rating": 5, "text": "x" * 3001}, "text"),
        ("reviews/", {"rating": 5, "text": "Good\u0007"}, "text"),
        ("reviews/", {"rating": 5, "text": "Good", "by": "provider"}, "by"),
    ],
)
def test_bad_input(clara: Member, api: Api, done: Engagement, verb: str, body: dict[str, Any], field: str) -> None:
    refused = api(clara).post(url(done, verb), body)
    assert refused.status_code == 400
    assert field in refused.json()["fields"]


def test_a_review_before_the_end_is_refused(clara: Member, api: Api, deal: Engagement) -> None:
    refused = api(clara).post(url(deal, "reviews/"), REVIEW)
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_state")


def test_staff_do_not_see_hidden_reviews(clara: Member, ada: Member, api: Api, done: Engagement) -> None:
    made = api(clara).post(url(done, "reviews/"), REVIEW).json()
    assert api(ada).get(url(done, "reviews/")).json()["results"] == []
    assert api(ada).post(f"/api/v1/reviews/{made['id']}/reply/", {"text": "No"}).status_code == 404
    assert api(ada).post(f"/api/v1/reviews/{uuid4()}/reply/", {"text": "No"}).status_code == 404


def test_the_list_is_filtered_and_walked(
    clara: Member, paul: Member, sam: Member, page: ServicePage, api: Api, django_assert_max_num_queries: Any
) -> None:
    mine = [factories.make_engagement(clara, page) for _ in range(7)]
    factories.make_engagement(sam, page, completed_at=utc_now())
    assert len(api(paul).get(URL).json()["results"]) == 8
    assert len(api(paul).get(URL, {"status": "completed"}).json()["results"]) == 1
    assert len(api(paul).get(URL, {"side": "client"}).json()["results"]) == 0
    assert len(api(clara).get(URL, {"side": "client"}).json()["results"]) == 7
    assert api(clara).get(URL, {"side": "both"}).json()["fields"]["side"][0]["code"] == "unknown_value"
    assert api(clara).get(URL, {"colour": "red"}).json()["code"] == "unknown_filter"
    caller = api(clara)
    with django_assert_max_num_queries(4):
        answer = caller.get(URL, {"page_size": 5}).json()
    rest = caller.get(answer["next"]).json()
    walked = [each["id"] for each in [*answer["results"], *rest["results"]]]
    assert walked == [str(each.pk) for each in reversed(mine)]
    assert rest["next"] is None


def test_a_review_is_made_once_for_a_key(clara: Member, api: Api, done: Engagement) -> None:
    caller = api(clara)
    answers = [caller.post(url(done, "reviews/"), REVIEW, HTTP_IDEMPOTENCY_KEY="r1") for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[1]["Idempotent-Replayed"] == "true"
