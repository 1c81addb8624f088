"""How far the requests of the last 30 days got, and how fast: rolled up every minute, so that reading costs the same
however many there are.

Everything is counted anew each time: requests go on for weeks, are awarded and given back, and are deleted.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import QuerySet

from insights.models import MilestoneDay, MilestoneTime
from insights.rates import floor
from requests.milestones import Milestone, milestones
from requests.models import ServiceRequest

SPAN: Final = timedelta(days=30)
MINUTE, HOUR, DAY = 60, 3600, 86_400
EDGES: Final = (0.5, 1, 2, 5, 10, 30, MINUTE, 5 * MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY)
"""Seconds at which one bar of the distribution of a duration ends and the next begins."""
LOCK: Final = 7_203_110_012
"""Advisory lock of whoever counts: who does not get it has nothing to do. An arbitrary number."""

COUNT = """
INSERT INTO insights_milestoneday (day, service_id, milestone, requests)
SELECT (published AT TIME ZONE 'UTC')::date, service, %s, count(*)
FROM ({reached}) AS r (published, service, grp, reached)
GROUP BY 1, 2
"""
TIME = """
INSERT INTO insights_milestonetime (milestone, group_id, counted_at, median, p95, histogram)
SELECT %s, grp, %s, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds),
    percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds), ARRAY[{buckets}]
FROM (SELECT grp, extract(epoch FROM greatest(reached - published, interval '0'))::float8 AS seconds
      FROM ({reached}) AS r (published, service, grp, reached)) AS t
GROUP BY GROUPING SETS ((grp), ()) HAVING count(*) > 0
"""


def first_day(now: datetime) -> datetime:
    """The beginning of the first of the days that are counted."""
    return floor(now - SPAN, "day")


@transaction.atomic
def count_progress(*, now: datetime) -> bool:
    """Counts each registered milestone; False where somebody else does so at this moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return False
    MilestoneDay.objects.all().delete()
    MilestoneTime.objects.all().delete()
    for milestone in milestones():
        _count(milestone, now)
    return True


def _count(milestone: Milestone, now: datetime) -> None:
    reached, values = _reached(milestone, first_day(now)).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(reached=reached), [milestone.key, *values])
        if milestone.duration_label:
            time = TIME.format(reached=reached, buckets=_buckets(EDGES))
            cursor.execute(time, [milestone.key, now, *values])


def _reached(milestone: Milestone, since: datetime) -> QuerySet[ServiceRequest, Any]:
    """(first publication, service, group, moment) of each request since then that got so far."""
    requests = ServiceRequest.objects.filter(first_published_at__gte=since).order_by()
    found = requests.annotate(reached=milestone.reached_at).filter(reached__isnull=False)
    return found.values_list("first_published_at", "service_id", "service__group_id", "reached")


def _buckets(edges: Sequence[float]) -> str:
    """SQL that counts what lies between neighbouring edges."""
    low = [None, *edges]
    high = [*edges, None]
    terms = []
    for start, end in zip(low, high, strict=True):
        limits = [f"seconds >= {start}"] * (start is not None) + [f"seconds < {end}"] * (end is not None)
        terms.append(f"count(*) FILTER (WHERE {' AND '.join(limits)})")
    return ", ".join(terms)
