"""The calls about rates: whole buckets in UTC, empty ones present, every refusal named."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Member
from insights.close import close_minutes
from insights.models import PageDay, RequestDay
from marketplace.clock import utc_now
from services.models import Service
from tests import factories
from tests.test_insights import MINUTE, START, publish

RATE = "/api/v1/stats/request-rate/"
OVERVIEW = "/api/v1/stats/overview/"
Api = Callable[[Member | None], APIClient]


@pytest.fixture
def service(db: None) -> Service:
    """The service of all requests here."""
    return factories.make_service("sign-painting")


def test_the_api_answers_staff(ada: Member, service: Service, api: Api) -> None:
    publish(service, 0, 2, 2.5)
    close_minutes()
    span = {"from": "2026-11-20T10:00:00Z", "to": "2026-11-20T10:04:00Z", "step": "minute"}
    answer = api(ada).get(RATE, span).json()
    assert answer["closed_until"].endswith(":00Z")
    assert answer["results"] == [
        {"t": "2026-11-20T10:00:00Z", "requests": 1},
        {"t": "2026-11-20T10:01:00Z", "requests": 0},
        {"t": "2026-11-20T10:02:00Z", "requests": 2},
        {"t": "2026-11-20T10:03:00Z", "requests": 0},
    ]
    for name in ("sign-painting", service.group.slug):
        assert api(ada).get(RATE, {**span, "service": name}).json()["results"] == answer["results"]
    overview = api(ada).get(OVERVIEW).json()
    assert set(overview) == {"requests_per_minute", "pages", "closed_until"}
    assert set(overview["requests_per_minute"]) == {"minute", "hour", "day", "year", "year_on_year"}
    assert set(overview["pages"]) == {"total", "year_on_year"}


BAD = [
    ({}, "from", "required"),
    ({"from": "yesterday"}, "from", "invalid"),
    ({"from": "2026-11-20T10:00:00"}, "from", "invalid"),
    ({"from": "2026-13-20T10:00:00Z"}, "from", "invalid"),
    ({"from": "0001-01-01T00:00:00Z"}, "from", "invalid"),
    ({"step": "week"}, "step", "unknown_value"),
    ({"service": "nothing"}, "service", "unknown_service"),
    ({"to": "2026-11-19T10:00:00Z"}, "to", "reversed"),
    ({"to": "2027-11-20T10:00:00Z"}, "step", "too_many"),
    ({"colour": "red"}, "colour", "unknown_filter"),
    ({"from": ""}, "from", "required"),
    ({"from": "2026-11-20T10:00:00Z" + " " * 60}, "from", "invalid"),
    ({"from": "2026-02-30T10:00:00Z"}, "from", "invalid"),
    ({"from": "1763632800"}, "from", "invalid"),
    ({"to": "9999-12-31T23:59:59Z"}, "to", "invalid"),
    ({"to": "2026-11-20T10:00:00+99:00"}, "to", "invalid"),
    ({"step": ""}, "step", "unknown_value"),
    ({"step": "MINUTE"}, "step", "unknown_value"),
    ({"service": "Ωmega"}, "service", "unknown_service"),
    ({"service": "x" * 5000}, "service", "unknown_service"),
    ({"step": "hour", "to": "2028-11-20T10:00:00Z"}, "step", "too_many"),
]


@pytest.mark.parametrize(("changes", "field", "code"), BAD)
def test_bad_parameters_are_named(ada: Member, api: Api, changes: dict[str, str], field: str, code: str) -> None:
    span = {"from": "2026-11-20T10:00:00Z", "to": "2026-11-20T11:00:00Z"} if changes else {}
    answer = api(ada).get(RATE, {**span, **changes})
    assert answer.status_code == 400
    assert answer.json()["fields"][field][0]["code"] == code


def test_exactly_ten_thousand_buckets_are_allowed(ada: Member, api: Api) -> None:
    until = (START + 10_000 * MINUTE).isoformat().replace("+00:00", "Z")
    answer = api(ada).get(RATE, {"from": "2026-11-20T10:00:00Z", "to": until})
    assert len(answer.json()["results"]) == 10_000


@pytest.mark.parametrize("address", [RATE, OVERVIEW])
def test_the_api_is_for_staff(sam: Member, api: Api, address: str) -> None:
    assert api(None).get(address).status_code == 401
    assert api(sam).get(address).status_code == 403


@pytest.mark.parametrize("name", ["from", "to", "step", "service"])
def test_a_nul_is_bad_input(name: str, ada: Member, api: Api) -> None:
    span = {"from": "2026-11-20T10:00:00Z", "to": "2026-11-20T11:00:00Z"}
    assert api(ada).get(RATE, {**span, name: "\0"}).status_code == 400


def test_other_zones_and_unencoded_plus_signs_are_understood(ada: Member, service: Service, api: Api) -> None:
    publish(service, 0)
    close_minutes()
    answer = api(ada).get(f"{RATE}?from=2026-11-20T15:45:00+05:45&to=2026-11-20T05:01:00-05:00")
    assert answer.json()["results"] == [{"t": "2026-11-20T10:00:00Z", "requests": 1}]


def test_an_empty_span_has_no_buckets(ada: Member, api: Api) -> None:
    for step in ("minute", "hour", "day"):
        span = {"from": "2026-11-20T00:00:00Z", "to": "2026-11-20T00:00:00Z", "step": step}
        assert api(ada).get(RATE, span).json()["results"] == []


def test_two_years_by_day_are_days_of_utc(
    ada: Member, service: Service, api: Api, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    today = utc_now().replace(hour=0, minute=0, second=0, microsecond=0)
    since = today - timedelta(days=730)
    RequestDay.objects.bulk_create(
        RequestDay(start=since + timedelta(days=number), requests=number + 1, imported=True) for number in range(730)
    )
    caller = api(ada)
    span = {"from": since.isoformat(), "to": today.isoformat(), "step": "day"}
    caller.get(RATE, span)
    with django_assert_max_num_queries(6):
        found = caller.get(RATE, span).json()["results"]
    assert [each["requests"] for each in found] == list(range(1, 731))
    moments = [datetime.fromisoformat(each["t"]) for each in found]
    assert {(moment.hour, moment.minute, moment.utcoffset()) for moment in moments} == {(0, 0, timedelta(0))}
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(moments))
    of_service = caller.get(RATE, {**span, "service": service.slug}).json()["results"]
    assert {each["requests"] for each in of_service} == {0}, "imported history knows no services"


def test_the_overview_compares_with_the_year_before(
    ada: Member, service: Service, api: Api, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    today = utc_now().replace(hour=0, minute=0, second=0, microsecond=0)
    RequestDay.objects.bulk_create(
        RequestDay(start=today - timedelta(days=back), requests=2880 if back <= 365 else 1440, imported=True)
        for back in range(1, 721)  # ten days late: the record may begin up to a month after
    )
    PageDay.objects.create(day=(today - timedelta(days=365)).date(), pages=2)
    for _number in range(3):
        factories.make_page(services=[service], indexed=False)
    publish(service, 0)
    end = close_minutes()
    caller = api(ada)
    caller.get(OVERVIEW)
    with django_assert_max_num_queries(12):
        found = caller.get(OVERVIEW).json()
    assert found["requests_per_minute"]["year"] == pytest.approx(2, abs=0.01)
    assert found["requests_per_minute"]["year_on_year"] == pytest.approx(1, abs=0.01)
    assert found["requests_per_minute"]["minute"] == 0
    assert found["pages"] == {"total": 3, "year_on_year": 0.5}
    assert datetime.fromisoformat(found["closed_until"]) == end


def test_before_anything_was_counted_the_overview_has_nulls(ada: Member, api: Api) -> None:
    found = api(ada).get(OVERVIEW).json()
    assert set(found["requests_per_minute"].values()) == {None}
    assert found["pages"] == {"total": 0, "year_on_year": None}
    assert found["closed_until"] is None
