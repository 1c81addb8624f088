"""The API of the catalogue and of service pages."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Member
from services.models import PageStatus, Service, ServicePage
from tests.test_services_actions import PACKAGES, WHOLE

Api = Callable[[Member | None], APIClient]
URL = "/api/v1/services/"


@pytest.fixture
def draft(paul: Member, catalogue: dict[str, Service], api: Api) -> dict[str, Any]:
    """Paul's complete draft as the API answered."""
    answer = api(paul).post(URL, WHOLE)
    assert answer.status_code == 201, answer.json()
    body: dict[str, Any] = answer.json()
    return body


def field_codes(body: dict[str, Any]) -> dict[str, str]:
    """The first code of each wrong field."""
    return {name: problems[0]["code"] for name, problems in body["fields"].items()}


def test_the_catalogue_is_there_for_everybody(api: Api, db: None, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(3):
        answer = api(None).get("/api/v1/catalogue/")
    groups = answer.json()
    services = [service for group in groups for service in group["services"]]
    assert set(groups[0]) == {"slug", "name", "services"}
    assert set(services[0]) == {"slug", "name", "synonyms", "skills", "questions"}
    question = next(q for q in services[0]["questions"] if q["type"] == "choice")
    assert set(question) == {"key", "text", "type", "choices", "required"}


def test_what_is_switched_off_is_not_in_the_catalogue(api: Api, service: Service) -> None:
    Service.objects.filter(pk=service.pk).update(is_active=False)
    groups = api(None).get("/api/v1/catalogue/").json()
    assert "logo-design" not in {service["slug"] for group in groups for service in group["services"]}


def test_a_page_reads_as_it_was_written(draft: dict[str, Any], paul: Member, api: Api) -> None:
    page = api(paul).get(f"{URL}{draft['id']}/").json()
    written = {name: page[name] for name in WHOLE}
    place = written.pop("place")
    assert written == {name: value for name, value in WHOLE.items() if name != "place"}
    assert (place["country"], place["city"]) == ("AT", "Vienna")
    assert page["provider"] == {"id": str(paul.pk), "name": "Paul Provider"}
    assert (page["status"], page["missing"], page["rating"], page["reviews"]) == ("draft", [], None, 0)
    assert api(paul).get(f"{URL}mine/").json() == page


def test_publish_pause_and_change(draft: dict[str, Any], paul: Member, sam: Member, api: Api) -> None:
    url = f"{URL}{draft['id']}/"
    assert api(sam).get(url).status_code == 404
    for _repeat in range(2):
        assert api(paul).post(f"{url}publish/").json()["status"] == "published"
    shown = api(None).get(url)
    assert shown.status_code == 200
    assert "missing" not in shown.json() and "daily_leads" not in shown.json()
    changed = api(paul).patch(url, {"pricing": "packages", "packages": PACKAGES}).json()
    assert (changed["rate"], changed["packages"][1]["extras"]) == (20000, [{"name": "Source files", "price": 5000}])
    for _repeat in range(2):
        assert api(paul).post(f"{url}pause/").json()["status"] == "paused"
    assert api(None).get(url).status_code == 404


def test_a_second_page_is_refused(draft: dict[str, Any], paul: Member, api: Api) -> None:
    answer = api(paul).post(URL, {"title": "Another"})
    assert (answer.status_code, answer.json()["code"]) == (409, "page_exists")


def test_the_same_key_creates_once(paul: Member, catalogue: dict[str, Service], api: Api) -> None:
    first = api(paul).post(URL, WHOLE, headers={"Idempotency-Key": "k1"})
    again = api(paul).post(URL, WHOLE, headers={"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.json() == again.json()


def test_strangers_are_refused(page: ServicePage, sam: Member, api: Api) -> None:
    url = f"{URL}{page.pk}/"
    calls: list[tuple[str, str]] = [("patch", url), ("post", f"{url}publish/"), ("post", f"{url}pause/")]
    for method, address in calls:
        assert getattr(api(sam), method)(address, {}).status_code == 403
        assert getattr(api(None), method)(address, {}).status_code == 401
    ServicePage.objects.update(status=PageStatus.PAUSED)
    for method, address in calls:
        assert getattr(api(sam), method)(address, {}).status_code == 404
    assert api(None).post(URL, {}).status_code == 401
    assert api(None).get(f"{URL}mine/").status_code == 401
    assert api(sam).get(f"{URL}mine/").status_code == 404


def test_a_draft_cannot_be_paused(draft: dict[str, Any], paul: Member, api: Api) -> None:
    answer = api(paul).post(f"{URL}{draft['id']}/pause/")
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_state")


def test_an_incomplete_page_is_not_published(paul: Member, api: Api) -> None:
    page = api(paul).post(URL, {"title": "Only a title"}).json()
    answer = api(paul).post(f"{URL}{page['id']}/publish/")
    assert (answer.status_code, answer.json()["code"]) == (400, "incomplete")
    assert set(answer.json()["fields"]) == {"services", "about", "languages", "work_location", "pricing"}
    assert set(page["missing"]) == set(answer.json()["fields"])


def test_a_stale_version_is_a_conflict(draft: dict[str, Any], paul: Member, api: Api) -> None:
    url = f"{URL}{draft['id']}/"
    assert api(paul).patch(url, {"title": "One", "version": 1}).json()["version"] == 2
    answer = api(paul).patch(url, {"title": "Two", "version": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"colour": "red"}, {"colour": "unknown_field"}),
        ({"place": {"country": "AT", "planet": "Earth"}}, {"place.planet": "unknown_field"}),
        ({"place": "Vienna"}, {"place": "invalid"}),
        ({"services": "logo-design"}, {"services": "not_a_list"}),
        ({"services": ["no-such"]}, {"services": "unknown_service"}),
        ({"work_location": "moon"}, {"work_location": "invalid_choice"}),
        ({"pricing": "barter"}, {"pricing": "invalid_choice"}),
        ({"rate": "much"}, {"rate": "invalid"}),
        ({"rate": -5, "currency": "EUR"}, {"rate": "negative"}),
        ({"rate": 10**18, "currency": "EUR"}, {"rate": "max_value"}),
        ({"rate": 5}, {"currency": "required"}),
        ({"currency": "ABC"}, {"currency": "unknown_currency"}),
        ({"languages": ["xx"]}, {"languages": "unknown_language"}),
        ({"title": "x" * 1_000_000}, {"title": "max_length"}),
        ({"hours_per_week": 200}, {"hours_per_week": "max_value"}),
        ({"available_from": "2020-01-01"}, {"available_from": "past"}),
        ({"available_from": "tomorrow"}, {"available_from": "invalid"}),
        ({"packages": [{"price": 2, "name": "a"}, {"price": 1}]}, {"packages.1.price": "reversed"}),
        ({"packages": [{"name": "a"}]}, {"packages.0.price": "required"}),
    ],
)
def test_bad_input_is_named(
    paul: Member, catalogue: dict[str, Service], api: Api, given: dict[str, Any], expected: dict[str, str]
) -> None:
    answer = api(paul).post(URL, given)
    assert answer.status_code == 400
    assert field_codes(answer.json()) == expected
    assert not ServicePage.objects.filter(member=paul).exists()


@pytest.mark.parametrize("given", ['{"title": "a\\u0000b"}', '{"title": "\\ud800"}', "[1]", "{", '{"rate": NaN}'])
def test_unreadable_bodies_are_refused(paul: Member, api: Api, given: str) -> None:
    assert api(paul).post(URL, given, content_type="application/json").status_code == 400


def test_unknown_filters_and_ids(paul: Member, api: Api, db: None) -> None:
    assert api(None).get("/api/v1/catalogue/?colour=red").json()["code"] == "unknown_filter"
    assert api(paul).get(f"{URL}0192c0de-0000-7000-8000-000000000000/").status_code == 404
    assert api(paul).get(f"{URL}not-an-id/").status_code == 404


def test_a_page_takes_few_queries(page: ServicePage, api: Api, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(5):
        assert api(None).get(f"{URL}{page.pk}/").status_code == 200
