"""Closing minutes: counting first publications exactly, once and for all.

Why it is exact: publishing takes its time from the database's clock while it holds ``PUBLICATION_LOCK`` shared, and
keeps the lock to its commit. Whoever gets the lock alone and then reads the clock knows that every publication with an
earlier time is committed and visible, and that every later one will have a later time. So the lock is held just long
enough to read the clock; the counting happens afterwards, of minutes that can no longer change.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Count, Min

from insights.models import ClosedUntil, RequestDay, RequestHour, RequestMinute
from requests.models import Publication
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
WHERE NOT imported AND start >= %(since)s AND start < %(until)s GROUP BY 1, 2
ON CONFLICT (start, group_id, imported) DO UPDATE SET requests = insights_{table}.requests + EXCLUDED.requests
"""


def close_minutes() -> datetime:
    """Closes every minute that has ended; returns the moment until which all is counted.

    Safe to run twice and from two workers: the row of ``ClosedUntil`` is locked while minutes are counted. Missed
    minutes, of a minute or of a month, are closed in one go.
    """
    return close_until(ended_minute())


def close_until(end: datetime) -> datetime:
    """Counts what is not yet counted before ``end``, a full minute that ``ended_minute`` gave, or an earlier one."""
    with transaction.atomic():
        state = _locked_state(end)
        if state.closed_until >= end:
            return state.closed_until
        _count(state.closed_until, end)
        state.closed_until = end
        state.save(update_fields=["closed_until"])
    return end


def ended_minute() -> datetime:
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
    begin = min(first or end, end)
    ClosedUntil.objects.bulk_create([ClosedUntil(closed_until=begin, counted_from=begin)], ignore_conflicts=True)
    return ClosedUntil.objects.select_for_update().get()


def _count(since: datetime, until: datetime) -> None:
    span = {"since": since.replace(second=0, microsecond=0), "until": until}
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
    for table in (RequestMinute, RequestHour, RequestDay):
        table.objects.filter(imported=False).delete()
    log = Publication.objects.filter(published_at__lt=state.closed_until)
    if state.counted_from is not None:
        log = log.filter(published_at__gte=state.counted_from)
    found = log.aggregate(first=Min("published_at"), count=Count("pk"))
    if found["first"] is not None:
        _count(found["first"], state.closed_until)
    return int(found["count"])
