"""Lists of pages by the API."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Member
from marketplace.clock import utc_now
from services.actions import pause_page
from services.actions.lists import MOST_LISTS
from services.models import PageList, ServicePage
from tests import factories

pytestmark = pytest.mark.django_db
Api = Callable[[Member | None], APIClient]
LISTS = "/api/v1/lists/"


def test_the_life_of_a_list(api: Api, clara: Member, page: ServicePage, client: Any) -> None:
    caller = api(clara)
    made = caller.post(LISTS, {"name": "Spring"}, format="json")
    path = f"{LISTS}{made.json()['id']}/"
    caller.put(f"{path}pages/{page.pk}/", {"note": "Nice"}, format="json")
    assert caller.put(f"{path}pages/{page.pk}/", {}, format="json").json()["note"] == "Nice"
    listed = caller.get(f"{path}pages/")
    assert [each["page"] for each in listed.json()["results"]] == [str(page.pk)]
    assert caller.patch(path, {"name": "Summer"}, format="json").json()["pages"] == 1
    shared = caller.post(f"{path}share/")
    assert client.get(shared.json()["share_url"]).status_code == 200
    assert caller.get(LISTS).json()["results"] == [shared.json()]
    assert caller.delete(f"{path}share/").status_code == 204
    assert client.get(shared.json()["share_url"]).status_code == 404
    assert [caller.delete(f"{path}pages/{page.pk}/").status_code for _each in range(2)] == [204, 204]
    assert [caller.delete(path).status_code for _each in range(2)] == [204, 404]


def test_refusals(api: Api, clara: Member, sam: Member, ada: Member, page: ServicePage) -> None:
    caller = api(clara)
    path = f"{LISTS}{caller.post(LISTS, {'name': 'Spring'}, format='json').json()['id']}/"
    calls = [("get", ""), ("patch", ""), ("delete", ""), ("get", "pages/"), ("post", "share/"), ("delete", "share/")]
    calls += [("put", f"pages/{page.pk}/"), ("delete", f"pages/{page.pk}/")]
    for method, rest in calls:
        assert getattr(api(None), method)(path + rest).status_code == 401
        for stranger in (sam, ada):
            body = {"name": "x"} if method == "patch" else None
            assert getattr(api(stranger), method)(path + rest, body, format="json").status_code == 404
    assert api(None).get(LISTS).status_code == 401
    again = caller.post(LISTS, {"name": "Spring"}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "list_exists")
    for body in ({}, {"name": ""}, {"name": "a" * 81}, {"name": "two\nlines"}, {"name": "x", "colour": "red"}):
        assert caller.post(LISTS, body, format="json").status_code == 400
        assert caller.patch(path, body, format="json").status_code == 400
    assert caller.put(f"{path}pages/{page.pk}/", {"note": "a" * 501}, format="json").status_code == 400
    assert caller.put(f"{path}pages/{page.pk}/", {"rank": 1}, format="json").status_code == 400
    assert caller.get(LISTS, {"name": "Spring"}).status_code == 400
    unseen = factories.make_page(status="draft", indexed=False)
    assert caller.put(f"{path}pages/{unseen.pk}/", {}, format="json").status_code == 404


def test_a_paused_page_stays_with_its_note(api: Api, clara: Member, page: ServicePage) -> None:
    caller = api(clara)
    path = f"{LISTS}{caller.post(LISTS, {'name': 'Spring'}, format='json').json()['id']}/pages/"
    caller.put(f"{path}{page.pk}/", {"note": "Nice"}, format="json")
    pause_page(actor=page.member, page=page, now=utc_now())
    shown = caller.get(path).json()["results"][0]
    assert (shown["published"], shown["note"]) == (False, "Nice")
    assert caller.put(f"{path}{page.pk}/", {"note": "Still nice"}, format="json").status_code == 200


def test_limits_and_walks(api: Api, clara: Member) -> None:
    caller = api(clara)
    PageList.objects.bulk_create(PageList(member=clara, name=str(each)) for each in range(MOST_LISTS))
    full = caller.post(LISTS, {"name": "One more"}, format="json")
    assert (full.status_code, full.json()["code"]) == (409, "too_many_lists")
    answer, seen = caller.get(LISTS, {"page_size": "20"}).json(), set()
    while True:
        seen |= {each["id"] for each in answer["results"]}
        if not answer["next"]:
            break
        answer = caller.get(answer["next"]).json()
    assert len(seen) == MOST_LISTS
