"""Reading the rates: series with empty buckets, and the averages of the headline."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Count, Model, QuerySet, Sum
from django.db.models.functions import Trunc

from insights.models import ClosedUntil, RequestDay, RequestHour, RequestMinute
from requests.models import Publication
from services.models import Service, ServiceGroup

STEPS: Final = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
TABLES: Final[dict[str, type[Model]]] = {"minute": RequestMinute, "hour": RequestHour, "day": RequestDay}
MOST_BUCKETS: Final = 10_000
YEAR: Final = timedelta(days=365)
LATE: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Headline:
    """Average requests a minute over the last closed minute, hour, day and year; None where nothing was counted for
    that long. ``year_on_year`` is a fraction: 0.65 is +65 %."""

    minute: float | None
    hour: float | None
    day: float | None
    year: float | None
    year_on_year: float | None
    closed_until: datetime | None


def closed_until() -> datetime | None:
    """Every minute before this is counted; None before the first one was closed."""
    return ClosedUntil.objects.values_list("closed_until", flat=True).first()


def floor(moment: datetime, step: str) -> datetime:
    """The start of the bucket (UTC) that the moment is in."""
    moment = moment.replace(second=0, microsecond=0)
    if step == "hour":
        return moment.replace(minute=0)
    return moment.replace(hour=0, minute=0) if step == "day" else moment


def ceiling(moment: datetime, step: str) -> datetime:
    """The end of the bucket (UTC) that the moment is in; the moment itself where a bucket begins with it."""
    start = floor(moment, step)
    return start if start == moment else start + STEPS[step]


def series(
    *, since: datetime, until: datetime, step: str, group: ServiceGroup | None = None, service: Service | None = None
) -> list[tuple[datetime, int]]:
    """(start, requests) of each bucket from ``since`` to before ``until``, empty ones present. One query.

    Every bucket that the span touches is there and whole: ``since`` is floored and ``until`` raised to the step. Only
    closed minutes count. A group or a service narrows it.
    """
    since, until = floor(since, step), ceiling(until, step)
    counts = _service_counts(service, since, until, step) if service else _table_counts(group, since, until, step)
    return [(start, counts.get(start, 0)) for start in _buckets(since, until, step)]


def group_totals(*, since: datetime, until: datetime, step: str) -> list[tuple[str, str, int]]:
    """(slug, name, requests) of each group from ``since`` to before ``until``, both starts of buckets of the step, most
    first. One query."""
    rows = TABLES[step]._default_manager.filter(group__isnull=False, start__gte=since, start__lt=until)
    totals = rows.order_by().values_list("group__slug", "group__name").annotate(total=Sum("requests"))
    return sorted(totals, key=lambda row: (-row[2], row[1]))


def headline() -> Headline:
    """The averages. Five small queries at most."""
    end = closed_until()
    if end is None:
        return Headline(None, None, None, None, None, None)
    first = RequestDay.objects.filter(group__isnull=True).order_by("start").values_list("start", flat=True).first()
    year = _average(end - YEAR, end, first)
    before = _average(end - 2 * YEAR, end - YEAR, first)
    return Headline(
        minute=_minutes(end - timedelta(minutes=1), end),
        hour=_minutes(end - timedelta(hours=1), end) / 60,
        day=_minutes(end - timedelta(days=1), end) / 1440,
        year=year,
        year_on_year=year / before - 1 if year is not None and before else None,
        closed_until=end,
    )


def _minutes(since: datetime, until: datetime) -> float:
    rows = RequestMinute.objects.filter(group__isnull=True, start__gte=since, start__lt=until)
    return float(rows.aggregate(total=Sum("requests"))["total"] or 0)


def _average(since: datetime, until: datetime, first: datetime | None) -> float | None:
    """Requests a minute over whole days; None where the record does not go back that far.

    A record that begins up to a month late counts from where it begins: the demo's two years, some weeks later.
    """
    since, until = floor(since, "day"), floor(until, "day")
    if first is None or first > since + LATE:
        return None
    since = max(since, first)
    rows = RequestDay.objects.filter(group__isnull=True, start__gte=since, start__lt=until)
    total = rows.aggregate(total=Sum("requests"))["total"] or 0
    return float(total) / ((until - since) / timedelta(minutes=1))


def _table_counts(group: ServiceGroup | None, since: datetime, until: datetime, step: str) -> dict[datetime, int]:
    rows: QuerySet[Model] = TABLES[step]._default_manager.filter(group=group, start__gte=since, start__lt=until)
    return dict(rows.order_by().values_list("start").annotate(total=Sum("requests")))


def _service_counts(service: Service, since: datetime, until: datetime, step: str) -> dict[datetime, int]:
    """From the log, since there are no roll-ups of single services."""
    end = closed_until()
    if end is None:
        return {}
    until = min(until, end)
    log = Publication.objects.filter(service=service, published_at__gte=since, published_at__lt=until)
    buckets = log.annotate(start=Trunc("published_at", step, tzinfo=UTC)).order_by().values_list("start")
    return dict(buckets.annotate(total=Count("pk")))


def _buckets(since: datetime, until: datetime, step: str) -> Iterator[datetime]:
    moment = since
    while moment < until:
        yield moment
        moment += STEPS[step]
