"""How long requests take to reach a milestone: the distribution, its median and its 95th percentile."""

from collections.abc import Sequence
from itertools import pairwise

from django.utils.translation import gettext as _

from insights.dashboard.view import View
from insights.drawing import Chart, Column, Row
from insights.drawing.numbers import duration_text
from insights.models import MilestoneTime
from insights.progress import EDGES
from requests.milestones import Milestone, milestones


def timed() -> list[Milestone]:
    """The milestones whose moment is exact."""
    return [each for each in milestones() if each.duration_label]


def times(view: View) -> dict[str, MilestoneTime]:
    """What was counted, by milestone. One query."""
    return {each.milestone: each for each in MilestoneTime.objects.filter(group=view.group)}


def durations(milestone: Milestone, found: MilestoneTime | None, view: View) -> Chart:
    """A bar for each span of time, without the empty ones at both ends."""
    histogram = found.histogram if found else []
    summary = ""
    if found:
        summary = _("Half of them within %(median)s, 95 %% within %(p95)s.") % {
            "median": duration_text(found.median),
            "p95": duration_text(found.p95),
        }
    return Chart(
        key=f"time-{milestone.key}",
        title=str(milestone.duration_label),
        summary=summary,
        meaning=_(
            "From first publication to this moment, of the requests of the last 30 days that got so far: %(meaning)s."
        )
        % {"meaning": milestone.meaning},
        first=("seconds_below", _("Time")),
        columns=[Column("requests", _("Requests"))],
        rows=_rows(histogram),
        query=view.query,
    )


def _rows(histogram: Sequence[int]) -> list[Row]:
    filled = [at for at, number in enumerate(histogram) if number]
    if not filled:
        return []
    edges = [0.0, *EDGES, float("inf")]
    spans = list(pairwise(edges))
    return [
        Row("" if high == float("inf") else f"{high:g}", _span(low, high), (histogram[at],), _tick(low, high))
        for at, (low, high) in enumerate(spans)
        if filled[0] <= at <= filled[-1]
    ]


def _span(low: float, high: float) -> str:
    if high == float("inf"):
        return _("%(low)s and longer") % {"low": duration_text(low)}
    return _("%(low)s to below %(high)s") % {"low": duration_text(low) if low else "0", "high": duration_text(high)}


def _tick(low: float, high: float) -> str:
    return f"≥ {duration_text(low)}" if high == float("inf") else f"< {duration_text(high)}"
