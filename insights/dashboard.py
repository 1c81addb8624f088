"""What stands on the staff's page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from insights.charts import Chart, Point
from insights.funnel import funnel, supply_and_demand
from insights.live import present_minute
from insights.models import PageDay
from insights.pages import page_growth
from insights.rates import closed_until, floor, group_totals, headline, series
from services.models import ServiceGroup

YEAR = timedelta(days=365)


def context(*, now: datetime, group: ServiceGroup | None) -> dict[str, Any]:
    """The page's context. A fixed number of queries."""
    end = closed_until() or floor(now, "minute")
    total, growth = page_growth(now=now)
    rates = headline()
    return {
        "live": present_minute(now=now),
        "rates": rates,
        "pages_total": total,
        "pages_growth": growth,
        "pages_year_on_year": _percent(growth),
        "year_on_year": _percent(rates.year_on_year),
        "charts": [make(end, group) for make in CHARTS.values()],
        "funnel": funnel(now=now),
        "supply": supply_and_demand(now=now),
        "groups": ServiceGroup.objects.filter(is_active=True),
        "group": group,
    }


def _percent(fraction: float | None) -> str:
    """Such as "+65 %"; empty for None."""
    return f"{fraction * 100:+.0f} %".replace("-", "−") if fraction is not None else ""


def chart(key: str, *, now: datetime, group: ServiceGroup | None) -> Chart | None:
    """One chart by its key."""
    make = CHARTS.get(key)
    return make(closed_until() or floor(now, "minute"), group) if make else None


def last_hour(end: datetime, group: ServiceGroup | None) -> Chart:
    """Requests in each of the last 60 closed minutes. Imported minutes have no groups."""
    rows = series(since=end - timedelta(hours=1), until=end, step="minute", group=group)
    points = [Point(f"{start:%H:%M}", count) for start, count in rows]
    summary = _("%(n)d requests in the last hour.") % {"n": sum(count for _start, count in rows)}
    return Chart("hour", _("Last hour, by minute"), summary, _("requests a minute"), points)


def last_day(end: datetime, group: ServiceGroup | None) -> Chart:
    """Requests in each of the last 24 full hours."""
    until = floor(end, "hour")
    rows = series(since=until - timedelta(days=1), until=until, step="hour", group=group)
    points = [Point(f"{start:%H:%M}", count) for start, count in rows]
    summary = _("%(n)d requests in the last 24 full hours.") % {"n": sum(count for _start, count in rows)}
    return Chart("day", _("Last day, by hour"), summary, _("requests an hour"), points)


def last_year(end: datetime, group: ServiceGroup | None) -> Chart:
    """Requests of each day of the last year, and of the same day of the week a year before. Read at once."""
    until = floor(end, "day")
    rows = series(since=until - 2 * YEAR, until=until, step="day", group=group)
    before, now = rows[:365], rows[365:]
    points = [
        Point(f"{start:%Y-%m-%d}", count, earlier)
        for (start, count), (_start, earlier) in zip(now, before, strict=False)
    ]
    summary = _("%(n)d requests in the last year, %(m)d in the year before.") % {
        "n": sum(point.value for point in points),
        "m": sum(point.before or 0 for point in points),
    }
    return Chart(
        "year",
        _("Two years, by day"),
        summary,
        _("requests a day"),
        points,
        kind="lines",
        label=_("Last year"),
        before_label=_("Year before"),
    )


def by_group(end: datetime, group: ServiceGroup | None) -> Chart:
    """Requests of the last 30 days in each group."""
    rows = group_totals(since=end - timedelta(days=30), until=end)
    points = [Point(name, total) for name, total in rows if group is None or name == group.name]
    return Chart(
        "groups", _("Last 30 days, by group"), _("Requests in each group."), _("requests"), points, kind="table"
    )


def pages_in_time(end: datetime, group: ServiceGroup | None) -> Chart:
    """Published pages at the end of each day of the last year, and a year before."""
    days = dict(PageDay.objects.filter(day__gt=(end - 2 * YEAR).date()).values_list("day", "pages"))
    first = end.date() - YEAR
    points = [
        Point(f"{day:%Y-%m-%d}", days[day], days.get(day - YEAR))
        for day in (first + timedelta(days=number) for number in range(366))
        if day in days
    ]
    return Chart(
        "pages",
        _("Service pages"),
        _("Published pages at the end of each day, and a year before."),
        _("pages"),
        points,
        kind="lines",
        label=_("Last year"),
        before_label=_("Year before"),
    )


CHARTS: dict[str, Callable[[datetime, ServiceGroup | None], Chart]] = {
    "hour": last_hour,
    "day": last_day,
    "year": last_year,
    "groups": by_group,
    "pages": pages_in_time,
}
