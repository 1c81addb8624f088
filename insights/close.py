"""Closing minutes: counting first publications exactly, once and for all.

Why it is exact: publishing takes its time from the database's clock while it holds ``PUBLICATION_LOCK`` shared, and
keeps the lock to its commit. Whoever gets the lock alone and then reads the clock knows that every publication with an
earlier time is committed and visible, and that every later one will have a later time. So the lock is held just long
enough to read the clock; the counting happens afterwards, of minutes that can no longer change.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from insights.models import ClosedUntil
from requests.models.publication import PUBLICATION_LOCK

MINUTE: Final = timedelta(minutes=1)
LOCK_TIMEOUT: Final = "15s"
"""Longer than a publishing transaction can take (10 s), so the closer always gets its turn."""

COUNT = """
INSERT INTO insights_requestminute (start, group_id, requests, imported)
SELECT date_trunc('minute', published_at, 'UTC'), group_id, count(*), false
FROM requests_publication WHERE published_at >= %(since)s AND published_at < %(until)s
GROUP BY GROUPING SETS ((1, group_id), (1))
"""
ROLL_UP = """
INSERT INTO insights_{table} (start, group_id, requests, imported)
SELECT date_trunc('{unit}', start, 'UTC'), group_id, sum(requests), false FROM insights_requestminute
WHERE start >= %(since)s AND start < %(until)s GROUP BY 1, 2
ON CONFLICT (start, group_id) DO UPDATE SET requests = insights_{table}.requests + EXCLUDED.requests
"""


def close_minutes() -> datetime:
    """Closes every minute that has ended; returns the moment until which all is counted.

    Safe to run twice and from two workers: the row of ``ClosedUntil`` is locked while minutes are counted. Missed
    minutes, of a minute or of a month, are closed in one go.
    """
    end = _ended_minute()
    with transaction.atomic():
        state = _locked_state(end)
        if state.closed_until >= end:
            return state.closed_until
        _count(state.closed_until, end)
        state.closed_until = end
        state.save(update_fields=["closed_until"])
    return end


def _ended_minute() -> datetime:
    """The start of the present minute by the database's clock; all publications before it are visible."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLICATION_LOCK])
        cursor.execute("SELECT date_trunc('minute', clock_timestamp(), 'UTC')")
        end: datetime = cursor.fetchone()[0]
    return end


def _locked_state(end: datetime) -> ClosedUntil:
    """The one row, locked. The first time it begins with the first publication there is."""
    state = ClosedUntil.objects.select_for_update().first()
    if state is not None:
        return state
    with connection.cursor() as cursor:
        cursor.execute("SELECT date_trunc('minute', min(published_at), 'UTC') FROM requests_publication")
        first = cursor.fetchone()[0]
    ClosedUntil.objects.bulk_create([ClosedUntil(closed_until=min(first or end, end))], ignore_conflicts=True)
    return ClosedUntil.objects.select_for_update().get()


def _count(since: datetime, until: datetime) -> None:
    span = {"since": since, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, span)
        cursor.execute(ROLL_UP.format(table="requesthour", unit="hour"), span)
        cursor.execute(ROLL_UP.format(table="requestday", unit="day"), span)


@transaction.atomic
def rebuild() -> int:
    """Counts everything that was closed anew from the log of publications; imported rows are left as they are.

    Returns the number of publications counted.
    """
    state = ClosedUntil.objects.select_for_update().first()
    if state is None:
        return 0
    with connection.cursor() as cursor:
        # Roll-ups of hours and days that hold both imported and counted minutes go back to their imported part.
        cursor.execute(
            "SELECT start, group_id, requests FROM insights_requestminute WHERE NOT imported AND start < %s",
            [state.closed_until],
        )
        counted = cursor.fetchall()
        cursor.execute("DELETE FROM insights_requestminute WHERE NOT imported")
        for table, unit in (("requesthour", "hour"), ("requestday", "day")):
            cursor.executemany(
                f"UPDATE insights_{table} SET requests = requests - %s"  # noqa: S608  our own names
                f" WHERE start = date_trunc('{unit}', %s::timestamptz, 'UTC') AND group_id IS NOT DISTINCT FROM %s",
                [(requests, start, group) for start, group, requests in counted],
            )
            cursor.execute(f"DELETE FROM insights_{table} WHERE requests = 0 AND NOT imported")  # noqa: S608
        cursor.execute(
            "SELECT min(published_at), count(*) FROM requests_publication WHERE published_at < %s", [state.closed_until]
        )
        first, count = cursor.fetchone()
    if first is not None:
        _count(first, state.closed_until)
    return int(count)
