"""All charts of the page by their keys, which are the names of their CSV files too."""

from collections.abc import Callable

from insights.dashboard.durations import durations, timed, times
from insights.dashboard.funnel import funnel
from insights.dashboard.groups import groups
from insights.dashboard.pages import pages
from insights.dashboard.rate import rate
from insights.dashboard.supply import supply
from insights.dashboard.view import View
from insights.drawing import Chart

CHARTS: dict[str, Callable[[View], Chart]] = {
    "rate": rate,
    "groups": groups,
    "pages": pages,
    "funnel": funnel,
    "supply": supply,
}


def chart(key: str, view: View) -> Chart | None:
    """One chart by its key; None for an unknown one."""
    if key in CHARTS:
        return CHARTS[key](view)
    milestone = next((each for each in timed() if key == f"time-{each.key}"), None)
    return durations(milestone, times(view).get(milestone.key), view) if milestone else None
