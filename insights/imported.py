"""Another system's history: years of minutes before this installation counted for itself. The demo makes one.

Imported rows are marked. They are never rebuilt, and can be removed again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from insights.bulk import insert_rates
from insights.close import ended_minute
from insights.models import ClosedUntil, PageDay, RequestDay, RequestHour, RequestMinute
from insights.rates import floor

MEAN_LAST_YEAR: Final = 8.0
"""Requests a minute in the last year: LinkedIn's figure."""
GROWTH: Final = 0.65
"""Growth of that mean on the year before: LinkedIn's figure."""
PAGE_GROWTH: Final = 0.48
"""Growth of the number of service pages in a year: LinkedIn's figure."""
DAYS: Final = 730
NIGHT_AND_MORNING: Final = (0.45, 0.38, 0.34, 0.34, 0.4, 0.52, 0.7, 0.92, 1.15, 1.32, 1.42, 1.45)
DAY_AND_EVENING: Final = (1.4, 1.42, 1.46, 1.45, 1.4, 1.3, 1.2, 1.12, 1.02, 0.9, 0.74, 0.58)
BY_HOUR: Final = np.array([*NIGHT_AND_MORNING, *DAY_AND_EVENING])
BY_WEEKDAY: Final = np.array([1.14, 1.16, 1.14, 1.1, 1.0, 0.72, 0.74])


def synthetic_minutes(*, end: datetime, seed: int, days: int = DAYS) -> NDArray[np.int64]:
    """Requests of each minute of the days before ``end``: Poisson around a daily and weekly rhythm and steady
    growth, so that the last year has 8 a minute on average and 65 % more than the year before."""
    minutes = np.arange(days * 1440)
    start = end - timedelta(days=days)
    day = minutes // 1440
    hour = (start.hour * 60 + start.minute + minutes) % 1440 / 60
    rhythm = np.interp(hour, np.arange(25), np.append(BY_HOUR, BY_HOUR[0])) * BY_WEEKDAY[(start.weekday() + day) % 7]
    # Growth by the same factor each day multiplies the year's mean by 1 + GROWTH.
    rate = rhythm * (1 + GROWTH) ** (minutes / (365 * 1440))
    rate *= MEAN_LAST_YEAR / rate[-365 * 1440 :].mean()
    counts: NDArray[np.int64] = np.random.default_rng(seed).poisson(rate)
    return counts


@transaction.atomic
def import_history(
    *, end: datetime, seed: int, groups: Sequence[tuple[int, float]], pages: int, days: int = DAYS
) -> int:
    """Imports a synthetic history of so many days up to ``end`` (a full minute): totals of minutes, hours and days,
    hours and days of each of the ``groups`` (id, share), and the growth of the number of pages to ``pages``.

    Counting begins at ``end``, or now where that lies ahead, unless it has begun already. Returns the number of
    requests.
    """
    end = floor(end, "minute")
    start = end - timedelta(days=days)
    counts = synthetic_minutes(end=end, seed=seed, days=days)
    insert_rates(RequestMinute, start, timedelta(minutes=1), counts[:, None], [None])
    shares = np.array([share for _group, share in groups])
    # Where the history does not begin at a full hour, its first hour has fewer minutes.
    starts = np.unique(np.maximum(0, np.arange(-start.minute, len(counts), 60)))
    hours = np.add.reduceat(counts, starts)
    first_hour = floor(start, "hour")
    split = np.random.default_rng(seed + 1).multinomial(hours, shares / shares.sum())
    ids = [group for group, _share in groups]
    insert_rates(RequestHour, first_hour, timedelta(hours=1), np.column_stack([split, hours]), [*ids, None])
    _sum_days()
    _import_pages(end, pages, days)
    _begin_counting(end)
    return int(counts.sum())


@transaction.atomic
def remove_imported() -> None:
    """Takes an imported history away. What was counted here stays."""
    for table in (RequestMinute, RequestHour, RequestDay):
        table.objects.filter(imported=True).delete()
    PageDay.objects.filter(imported=True).delete()


def _sum_days() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO insights_requestday (start, group_id, requests, imported)
            SELECT date_trunc('day', start, 'UTC'), group_id, sum(requests), true FROM insights_requesthour
            WHERE imported GROUP BY 1, 2
            """
        )


def _import_pages(end: datetime, pages: int, number: int) -> None:
    days = [end.date() - timedelta(days=back) for back in range(number, 0, -1)]
    PageDay.objects.bulk_create(
        (
            PageDay(day=day, pages=round(pages / (1 + PAGE_GROWTH) ** ((end.date() - day).days / 365)), imported=True)
            for day in days
        ),
        ignore_conflicts=True,
    )


def _begin_counting(end: datetime) -> None:
    """What is published from now on must be counted, also where the history reaches beyond the present."""
    if not ClosedUntil.objects.exists():
        begin = min(end, ended_minute())
        ClosedUntil.objects.create(closed_until=begin, counted_from=begin)
