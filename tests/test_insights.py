"""The request rate: exact under concurrency and after stops, by API, page and CSV."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Member
from insights.close import close_minutes, rebuild
from insights.imported import import_history, remove_imported
from insights.models import ClosedUntil, PageDay, RequestDay, RequestHour, RequestMinute
from insights.rates import headline, series
from marketplace.clock import utc_now
from requests import actions
from requests.models import Publication
from services.models import Service
from tests import factories
from tests.test_requests_actions import values

START = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RATE = "/api/v1/stats/request-rate/"
OVERVIEW = "/api/v1/stats/overview/"
Api = Callable[[Member | None], APIClient]
LogIn = Callable[[Member | None], Client]


@pytest.fixture
def service(db: None) -> Service:
    """The service of all requests here."""
    return factories.make_service("sign-painting")


def publish(service: Service, *minutes: float) -> None:
    """Publications so many minutes after ``START``."""
    for minute in minutes:
        Publication.objects.create(
            request_id=factories.make_request(service=service).pk,
            service=service,
            group=service.group,
            published_at=START + minute * MINUTE,
        )


def total(table: Any = RequestMinute) -> int:
    """All that is counted in the totals of a table."""
    return sum(table.objects.filter(group__isnull=True).values_list("requests", flat=True))


def test_minutes_are_counted_with_their_groups_and_roll_ups(service: Service) -> None:
    publish(service, 0, 0.5, 0.999, 1, 61)
    end = close_minutes()
    assert end.second == 0
    minutes = dict(RequestMinute.objects.filter(group=None).values_list("start", "requests"))
    assert minutes == {START: 3, START + MINUTE: 1, START + 61 * MINUTE: 1}
    assert dict(RequestHour.objects.filter(group=service.group).values_list("start", "requests")) == {
        START: 4,
        START + 60 * MINUTE: 1,
    }
    assert RequestDay.objects.get(group=None).requests == 5


def test_closing_twice_counts_once(service: Service) -> None:
    publish(service, 0, 1)
    close_minutes()
    close_minutes()
    assert (total(), total(RequestHour), total(RequestDay)) == (2, 2, 2)


def test_missed_minutes_are_closed_and_closed_ones_stay(service: Service) -> None:
    publish(service, 0)
    close_minutes()
    ClosedUntil.objects.update(closed_until=START + MINUTE)
    publish(service, 5, 500)
    close_minutes()
    assert total() == total(RequestHour) == total(RequestDay) == 3
    publish(service, 0.5)  # too late: its minute is closed
    close_minutes()
    assert total() == 3


def test_reopening_closing_and_deleting_change_nothing(clara: Member, service: Service) -> None:
    request = actions.post_request(actor=clara, values=values(), now=utc_now())
    actions.close_request(actor=clara, request=request, reason="other", now=utc_now())
    actions.reopen_request(actor=clara, request=request, now=utc_now())
    request.delete()
    assert Publication.objects.count() == 1
    Publication.objects.update(published_at=START)
    ClosedUntil.objects.create(closed_until=START)
    close_minutes()
    assert total() == 1


def test_rebuilding_gives_the_same_and_spares_what_was_imported(service: Service) -> None:
    import_history(end=START, seed=1, groups=[(service.group_id, 1.0)], pages=100)
    publish(service, 0, 1, 70)
    close_minutes()
    before = [
        list(table.objects.order_by("start", "group").values_list("start", "group", "requests"))
        for table in (RequestHour, RequestDay)
    ]
    assert rebuild() == 3
    after = [
        list(table.objects.order_by("start", "group").values_list("start", "group", "requests"))
        for table in (RequestHour, RequestDay)
    ]
    assert before == after


def test_an_import_keeps_to_its_own_rows(service: Service) -> None:
    publish(service, -600, -1)  # the demo's own requests, within the time of the imported history
    import_history(end=START, seed=1, groups=[(service.group_id, 1.0)], pages=100)
    imported = total()
    publish(service, 0, 30)
    close_minutes()
    assert (total(), total(RequestHour), total(RequestDay)) == (imported + 2,) * 3
    assert rebuild() == 2
    assert (total(), total(RequestHour), total(RequestDay)) == (imported + 2,) * 3
    # The day in which the import ended has both.
    day = series(since=START, until=START + MINUTE, step="day")
    of_day = RequestDay.objects.filter(group=None, start=day[0][0]).values_list("requests", flat=True)
    assert (len(of_day), sum(of_day)) == (2, day[0][1])
    remove_imported()
    assert (total(), total(RequestHour), total(RequestDay)) == (2, 2, 2)


def test_rebuilding_heals_wrong_rows(service: Service) -> None:
    publish(service, 0, 1)
    close_minutes()
    RequestMinute.objects.update(requests=50)
    RequestHour.objects.all().delete()
    rebuild()
    assert (total(), total(RequestHour), total(RequestDay)) == (2, 2, 2)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_or_counted_twice_while_publishing_goes_on(service: Service) -> None:
    clients = [factories.make_member() for _ in range(4)]

    def post(client: Member) -> None:
        try:
            for _number in range(5):
                actions.post_request(actor=client, values=values(), now=utc_now())
        finally:
            connection.close()

    def close(_number: int) -> None:
        try:
            for _number in range(10):
                close_minutes()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        jobs = [threads.submit(post, client) for client in clients] + [threads.submit(close, n) for n in range(2)]
        for job in jobs:
            job.result()
    # The present minute is open: as if it were over.
    until = Publication.objects.order_by("-published_at").values_list("published_at", flat=True)[0] + MINUTE
    closed = ClosedUntil.objects.get().closed_until
    counted = Publication.objects.filter(published_at__lt=closed).count()
    assert (Publication.objects.count(), total()) == (20, counted)
    assert closed <= until


def test_an_imported_history_reads_like_the_real_one(service: Service) -> None:
    end = utc_now().replace(second=0, microsecond=0)
    other = factories.make_group()
    import_history(end=end, seed=7, groups=[(service.group_id, 0.7), (other.pk, 0.3)], pages=148)
    rates = headline()
    assert rates.year == pytest.approx(8, rel=0.03)
    assert rates.year_on_year == pytest.approx(0.65, abs=0.04)
    assert rates.closed_until == end
    assert total() == total(RequestHour) == total(RequestDay)
    assert PageDay.objects.order_by("day").first().pages == pytest.approx(148 / 1.48**2, abs=1)  # type: ignore[union-attr]
    publish(service, 0)
    remove_imported()
    assert total() == total(RequestHour) == 0


def test_a_series_has_empty_buckets(service: Service) -> None:
    publish(service, 0, 2, 2.5)
    close_minutes()
    rows = series(since=START, until=START + 4 * MINUTE, step="minute")
    assert [count for _start, count in rows] == [1, 0, 2, 0]
    assert series(since=START, until=START + 4 * MINUTE, step="minute", service=service) == rows
    assert series(since=START, until=START + 4 * MINUTE, step="minute", group=service.group) == rows
    assert series(since=START, until=START, step="minute") == []


@pytest.mark.parametrize(
    ("step", "minutes", "expected"),
    [
        ("minute", (0.5, 2.5), [1, 0, 2]),
        ("minute", (0, 2), [1, 0]),
        ("hour", (10, 20), [3]),
        ("hour", (0, 60), [3]),
        ("day", (0, 1), [3]),
    ],
)
def test_the_buckets_at_both_ends_are_whole(
    service: Service, step: str, minutes: tuple[float, float], expected: list[int]
) -> None:
    publish(service, 0, 2, 2.5)
    close_minutes()
    since, until = (START + minute * MINUTE for minute in minutes)
    for narrowed in ({}, {"service": service}, {"group": service.group}):
        rows = series(since=since, until=until, step=step, **narrowed)
        assert [count for _start, count in rows] == expected


def test_days_are_days_in_utc_wherever_the_reader_lives(service: Service) -> None:
    publish(service, 0)
    assert series(since=START, until=START + MINUTE, step="day", service=service)[0][1] == 0, "nothing is closed yet"
    close_minutes()
    with timezone.override("Asia/Kathmandu"):
        rows = series(since=START, until=START + MINUTE, step="day", service=service)
    assert rows == [(START.replace(hour=0), 1)]


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


def test_the_page_and_its_tables(
    ada: Member, service: Service, log_in: LogIn, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    import_history(end=START, seed=1, groups=[(service.group_id, 1.0)], pages=100)
    publish(service, 0, 1, 1.2)
    close_minutes()
    browser = log_in(ada)
    browser.get("/insights/")
    with django_assert_max_num_queries(35):
        shown = browser.get("/insights/").content.decode()
    assert "Requests per minute" in shown
    assert 'id="live-requests"' in shown
    assert shown.count('<svg class="chart"') >= 3
    rows = browser.get("/insights/year.csv").content.decode().splitlines()
    assert len(rows) == 366
    assert browser.get(f"/insights/?group={service.group.slug}").status_code == 200
    assert browser.get("/insights/nothing.csv").status_code == 404


def test_an_empty_installation_has_a_page_too(ada: Member, log_in: LogIn) -> None:
    assert "Nothing counted yet" in log_in(ada).get("/insights/").content.decode()


@pytest.mark.parametrize("address", ["/insights/", "/insights/hour.csv"])
def test_the_page_is_for_staff(sam: Member, log_in: LogIn, address: str) -> None:
    assert log_in(sam).get(address).status_code == 403
    assert log_in(None).get(address).headers["Location"].startswith("/accounts/login/")
