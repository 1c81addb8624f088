"""The request rate: exact under concurrency and after stops, by API, page and CSV."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Member
from insights.close import close_minutes, rebuild
from insights.imported import import_history, remove_imported, synthetic_minutes
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
    import_history(end=START, seed=1, groups=[(service.group_id, 1.0)], pages=100, days=3)
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
    import_history(end=START, seed=1, groups=[(service.group_id, 1.0)], pages=100, days=3)
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


@pytest.mark.parametrize("end", ["2026-11-24T00:00", "2026-01-01T00:00", "2027-03-01T13:37", "2024-02-29T23:59"])
def test_the_imported_years_have_their_means_whenever_they_end(end: str) -> None:
    moment = datetime.fromisoformat(end).replace(tzinfo=UTC)
    counts = synthetic_minutes(end=moment, seed=11)
    since_midnight = moment.hour * 60 + moment.minute
    days = counts[: len(counts) - since_midnight]
    last, before = days[-365 * 1440 :], days[: -365 * 1440]
    assert last.mean() == pytest.approx(8, rel=0.01)
    assert last.mean() / before.mean() - 1 == pytest.approx(0.65, abs=0.01)


def test_what_is_published_counts_though_the_history_reaches_beyond_the_present(service: Service) -> None:
    now = utc_now()
    import_history(end=now + timedelta(hours=7), seed=1, groups=[(service.group_id, 1.0)], pages=10, days=1)
    assert ClosedUntil.objects.get().closed_until <= now
