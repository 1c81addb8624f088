"""Saved searches by the API."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Member
from services.actions.saved_searches import MOST
from services.models import SavedSearch

pytestmark = pytest.mark.django_db
Api = Callable[[Member | None], APIClient]
LIST = "/api/v1/saved-searches/"
BODY = {"kind": "pages", "query": "q=logo&country=AT", "alert": "daily"}


def one(search_id: Any) -> str:
    """Address of a saved search."""
    return f"{LIST}{search_id}/"


def test_the_life_of_a_search(api: Api, clara: Member) -> None:
    caller = api(clara)
    made = caller.post(LIST, BODY, format="json")
    assert made.status_code == 201
    assert {name: made.json()[name] for name in ("kind", "query", "name", "alert", "new")} == {
        "kind": "pages",
        "query": "country=AT&q=logo",
        "name": "“logo”, Austria",
        "alert": "daily",
        "new": 0,
    }
    listed = caller.get(LIST)
    assert listed.json() == {"results": [made.json()], "next": None}
    path = one(made.json()["id"])
    changed = caller.patch(path, {"name": "Mine", "alert": "off"}, format="json")
    assert (changed.json()["name"], changed.json()["alert"]) == ("Mine", "off")
    assert caller.get(path).json() == changed.json()
    assert caller.delete(path).status_code == 204
    assert caller.delete(path).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"kind": "people"}, "kind", "invalid_choice"),
        ({"kind": None}, "kind", "null"),
        ({"query": "colour=red"}, "colour", "unknown_filter"),
        ({"query": "country=XX"}, "country", "unknown_country"),
        ({"query": "service=nothing"}, "service", "unknown_service"),
        ({"query": "max_rate=5"}, "currency", "required"),
        ({"query": 5.5}, "query", ""),
        ({"kind": "board", "query": "min_budget=5"}, "currency", "required"),
        ({"kind": "board", "query": "near=1,2"}, "near", "unknown_filter"),
        ({"alert": "hourly"}, "alert", "invalid_choice"),
        ({"name": "two\nlines"}, "name", "several_lines"),
        ({"owner": "me"}, "owner", "unknown_field"),
    ],
)
def test_what_is_wrong_is_named(api: Api, clara: Member, changes: dict[str, Any], field: str, code: str) -> None:
    answer = api(clara).post(LIST, BODY | changes, format="json")
    if not code:  # a number is read as its text
        assert answer.status_code == 400
        return
    assert answer.status_code == 400, answer.json()
    assert code in [each["code"] for each in answer.json()["fields"][field]]


def test_refusals(api: Api, clara: Member, sam: Member, ada: Member) -> None:
    assert api(None).get(LIST).status_code == 401
    assert api(None).post(LIST, BODY, format="json").status_code == 401
    made = api(clara).post(LIST, BODY, format="json").json()
    again = api(clara).post(LIST, BODY | {"query": "country=at&q=logo"}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "already_saved")
    for member in (sam, ada):
        for method in ("get", "patch", "delete"):
            assert getattr(api(member), method)(one(made["id"])).status_code == 404
    assert api(None).delete(one(made["id"])).status_code == 401
    assert api(clara).patch(one(made["id"]), {"query": "q=x"}, format="json").status_code == 400
    assert api(clara).patch(one(made["id"]), {"name": ""}, format="json").status_code == 400
    assert api(clara).get(LIST, {"kind": "pages"}).status_code == 400
    assert api(sam).get(LIST).json()["results"] == []


def test_a_key_saves_once_and_the_limit_holds(api: Api, clara: Member) -> None:
    caller = api(clara)
    answers = [caller.post(LIST, BODY, format="json", HTTP_IDEMPOTENCY_KEY="a") for _each in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    for number in range(MOST - 1):
        assert caller.post(LIST, BODY | {"query": f"radius_km={number + 1}"}, format="json").status_code == 201
    full = caller.post(LIST, BODY | {"query": "q=another"}, format="json")
    assert (full.status_code, full.json()["code"]) == (409, "too_many_searches")
    assert SavedSearch.objects.count() == MOST
    seen = []
    answer = caller.get(LIST, {"page_size": "20"}).json()
    seen += answer["results"]
    while answer["next"]:
        answer = caller.get(answer["next"]).json()
        seen += answer["results"]
    assert len({each["id"] for each in seen}) == MOST
