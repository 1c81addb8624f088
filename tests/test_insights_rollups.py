"""Roll-ups equal their minutes, and minutes the log: random publications, real bursts, a long stop."""

import csv
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from insights.close import close_minutes, close_until, rebuild
from insights.imported import import_history
from insights.models import ClosedUntil, RequestDay, RequestHour, RequestMinute
from insights.rates import floor, group_totals, series
from requests.models import Publication
from services.models import Service
from tests import factories

START = datetime(2026, 3, 28, 22, 17, tzinfo=UTC)
"""The clocks of Europe go forward three hours later; UTC's do not."""
MINUTE = timedelta(minutes=1)
TABLES = (("minute", RequestMinute), ("hour", RequestHour), ("day", RequestDay))
NASA = settings.MARKETPLACE_DATA / "web_request_rates" / "nasa_http_1995_per_minute.csv"


def log(service: Service, moments: Iterable[datetime]) -> None:
    """Publications at these moments."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO requests_publication (request_id, service_id, group_id, published_at) "
            "SELECT gen_random_uuid(), %s, %s, moment FROM unnest(%s::timestamptz[]) AS moment",
            [service.pk, service.group_id, list(moments)],
        )


def counted(table: Any) -> dict[tuple[datetime, int | None], int]:
    """Rows that were counted here, by start and group."""
    return {
        (start, group): requests
        for start, group, requests in table.objects.filter(imported=False).values_list("start", "group", "requests")
    }


def expected(step: str, until: datetime) -> dict[tuple[datetime, int | None], int]:
    """The same straight from the log, in Python."""
    counts: Counter[tuple[datetime, int | None]] = Counter()
    for moment, group in Publication.objects.filter(published_at__lt=until).values_list("published_at", "group_id"):
        for key in (None, group):
            counts[floor(moment, step), key] += 1
    return dict(counts)


def assert_exact(until: datetime) -> None:
    """Minutes, hours and days all say what the log says."""
    for step, table in TABLES:
        assert counted(table) == expected(step, until), step


def random_moments(rng: random.Random, since: datetime, until: datetime) -> list[datetime]:
    """Some evenly spread, some in bursts, some exactly on the edges of minutes, hours and days."""
    span = (until - since).total_seconds()
    moments = [since + timedelta(seconds=rng.uniform(0, span)) for _number in range(rng.randrange(40))]
    for _number in range(rng.randrange(3)):
        burst = since + timedelta(seconds=rng.uniform(0, span))
        moments += [burst + timedelta(milliseconds=rng.randrange(2000)) for _number in range(rng.randrange(60))]
    edges = [floor(rng.choice(moments), step) for step in ("minute", "hour", "day")] if moments else []
    edges += [edge - timedelta(microseconds=1) for edge in edges]
    return [moment for moment in moments + edges if since <= moment < until]


@pytest.mark.parametrize("seed", range(8))
def test_roll_ups_are_the_sums_of_their_minutes(seed: int, db: None) -> None:
    rng = random.Random(seed)
    services = [factories.make_service() for _number in range(3)]
    ClosedUntil.objects.create(closed_until=START, counted_from=START)
    since = START
    for _step in range(6):
        until = since + timedelta(minutes=rng.choice([1, 1, 7, 61, 1440, 4000]))
        for service in services:
            log(service, random_moments(rng, since, until))
        assert close_until(until) == until
        assert_exact(until)
        since = until
    before = [counted(table) for _step, table in TABLES]
    assert rebuild() == Publication.objects.count()
    assert [counted(table) for _step, table in TABLES] == before
    for step, _table in TABLES[1:]:
        rows = series(since=START, until=since, step=step)
        assert sum(count for _start, count in rows) == Publication.objects.count()
        # Each bucket of a service, counted from the log, is at most that of all.
        parts = [series(since=START, until=since, step=step, service=service) for service in services]
        assert [sum(column) for column in zip(*([n for _s, n in part] for part in parts), strict=True)] == [
            n for _s, n in rows
        ]


def test_all_missed_minutes_are_closed_after_a_stop(db: None) -> None:
    service = factories.make_service()
    ClosedUntil.objects.create(closed_until=START, counted_from=START)
    log(service, [START + timedelta(minutes=7.3 * number) for number in range(2000)])
    end = close_minutes()
    assert Publication.objects.filter(published_at__lt=end).count() == 2000
    assert_exact(end)
    assert series(since=START, until=START + 8 * MINUTE, step="minute") == [
        (START + number * MINUTE, int(number in (0, 7))) for number in range(8)
    ]


def test_what_comes_too_late_changes_nothing(db: None) -> None:
    service = factories.make_service()
    ClosedUntil.objects.create(closed_until=START, counted_from=START)
    log(service, [START])
    close_until(START + MINUTE)
    before = [counted(table) for _step, table in TABLES]
    log(service, [START + MINUTE / 2])
    close_until(START + MINUTE)
    close_until(START)
    close_minutes()
    assert [counted(table) for _step, table in TABLES] == before
    assert ClosedUntil.objects.get().closed_until > START + MINUTE


def test_rebuilding_leaves_imported_history_as_it_is(db: None) -> None:
    service = factories.make_service()
    import_history(end=START, seed=1, groups=[(service.group_id, 1.0)], pages=100, days=2)
    log(service, [START - MINUTE, START + MINUTE, START + 90 * MINUTE])
    close_minutes()

    def imported() -> list[list[Any]]:
        return [list(table.objects.filter(imported=True).order_by("pk").values_list()) for _step, table in TABLES]

    before = imported()
    RequestHour.objects.filter(imported=False).update(requests=77)
    assert rebuild() == 2, "the one before counting began stays uncounted"
    assert imported() == before
    assert sum(RequestHour.objects.filter(imported=False, group=None).values_list("requests", flat=True)) == 2


def nasa(since: str, until: str) -> list[tuple[datetime, int]]:
    """(minute in UTC, requests) of the log of July and August 1995."""
    if not NASA.exists():
        pytest.skip(f"needs {NASA} (see MARKETPLACE_DATA)")
    with NASA.open() as lines:
        rows = [(row["timestamp_edt"], int(row["requests"])) for row in csv.DictReader(lines)]
    return [
        (datetime.fromisoformat(f"{text}-04:00").astimezone(UTC), number)
        for text, number in rows
        if since <= text < until
    ]


def spread(rows: Sequence[tuple[datetime, int]]) -> list[datetime]:
    """As many moments in each minute as it had requests."""
    return [minute + MINUTE * at / number for minute, number in rows for at in range(number)]


@pytest.mark.parametrize(
    ("since", "until", "empty"),
    [
        ("1995-08-01T11:00", "1995-08-03T07:00", 2261),  # the outage of Hurricane Erin: 37.7 hours
        ("1995-07-13T08:00", "1995-07-13T14:00", 0),  # the busiest day: up to 405 in a minute
    ],
)
def test_real_bursts_and_a_real_gap_come_out_equal(since: str, until: str, empty: int, db: None) -> None:
    rows = nasa(since, until)
    service = factories.make_service()
    start, end = rows[0][0], rows[-1][0] + MINUTE
    ClosedUntil.objects.create(closed_until=start, counted_from=start)
    log(service, spread(rows))
    for part in range(1, 8):
        close_until(floor(start + (end - start) * part / 7, "minute"))
    close_until(end)
    assert series(since=start, until=end, step="minute") == [
        (start + number * MINUTE, dict(rows).get(start + number * MINUTE, 0))
        for number in range(int((end - start) / MINUTE))
    ]
    assert sum(count == 0 for _start, count in series(since=start, until=end, step="minute")) >= empty
    total = sum(number for _minute, number in rows)
    for step in ("hour", "day"):
        direct = Counter[datetime]()
        for minute, number in rows:
            direct[floor(minute, step)] += number
        assert series(since=start, until=end, step=step) == [
            (bucket, direct[bucket]) for bucket, _count in series(since=start, until=end, step=step)
        ]
        assert group_totals(since=floor(start, step), until=end, step=step) == [
            (service.group.slug, service.group.name, total)
        ]
