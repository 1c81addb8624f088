"""What stands on the staff's page."""

from datetime import datetime
from typing import Any

from insights.dashboard.charts import CHARTS
from insights.dashboard.durations import durations, timed, times
from insights.dashboard.funnel import fill, reached
from insights.dashboard.view import View
from insights.drawing.numbers import duration_text, percent
from insights.live import present_minute
from insights.models import MilestoneTime
from insights.pages import page_growth
from insights.ranges import RANGES, find_range
from insights.rates import closed_until, floor, headline
from requests.milestones import Milestone
from services.models import ServiceGroup


def make_view(*, now: datetime, key: str, group: ServiceGroup | None) -> View:
    """What is shown for this range and group."""
    return View(range=find_range(key), group=group, now=now, end=closed_until() or floor(now, "minute"))


def context(view: View) -> dict[str, Any]:
    """The page's context. A fixed number of queries."""
    total, growth = page_growth(now=view.now)
    rates = headline()
    found = times(view)
    return {
        "view": view,
        "live": present_minute(now=view.now),
        "rates": rates,
        "year_on_year": percent(rates.year_on_year),
        "pages_total": total,
        "pages_growth": growth,
        "pages_year_on_year": percent(growth),
        "fill": fill(reached(view)),
        "medians": [_median(each, found.get(each.key)) for each in timed()],
        "ranges": [(each, view.query_of(each)) for each in RANGES.values()],
        "charts": {key: make(view) for key, make in CHARTS.items()},
        "durations": [durations(each, found.get(each.key), view) for each in timed()],
        "groups": ServiceGroup.objects.filter(is_active=True),
    }


def _median(milestone: Milestone, found: MilestoneTime | None) -> tuple[object, str, str]:
    """(label, median, 95th percentile) of the time to a milestone."""
    if found is None:
        return milestone.duration_label, "", ""
    return milestone.duration_label, duration_text(found.median), duration_text(found.p95)
