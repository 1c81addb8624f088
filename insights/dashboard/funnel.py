"""From posted to hired: how many requests reach which milestone."""

from dataclasses import dataclass

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from insights.dashboard.view import View
from insights.drawing import Chart, Column, Row
from insights.models import MilestoneDay
from insights.progress import first_day
from requests.milestones import AWARDED, POSTED, milestones


@dataclass(frozen=True, slots=True)
class Fill:
    """How many of the requests of the last 30 days were awarded."""

    posted: int
    awarded: int

    @property
    def rate(self) -> float | None:
        """A fraction; None where nothing was posted."""
        return self.awarded / self.posted if self.posted else None

    @property
    def percent(self) -> float | None:
        """The same in per cent."""
        return None if self.rate is None else self.rate * 100


def reached(view: View) -> dict[str, int]:
    """Requests first published in the last 30 days, by the milestones that they reached. One query."""
    rows = MilestoneDay.objects.filter(_of(view)).order_by().values_list("milestone")
    return dict(rows.annotate(total=Sum("requests")))


def fill(counts: dict[str, int]) -> Fill:
    """The fill rate from what was reached."""
    return Fill(counts.get(POSTED.key, 0), counts.get(AWARDED.key, 0))


def funnel(view: View) -> Chart:
    """A bar for each milestone that is registered."""
    counts = reached(view)
    posted = counts.get(POSTED.key, 0)
    rows = [
        Row(each.key, str(each.label), (count, share), _share(share))
        for each in milestones()
        for count in [counts.get(each.key, 0)]
        for share in [round(count / posted * 100, 1) if posted else None]
    ]
    return Chart(
        key="funnel",
        title=_("Funnel"),
        summary=_("%(awarded)s of %(posted)s requests were awarded.")
        % {"awarded": counts.get(AWARDED.key, 0), "posted": posted},
        meaning=_("Requests first published in the last 30 days, by how far they got until now. %(words)s.")
        % {"words": "; ".join(f"{each.label}: {each.meaning}" for each in milestones())},
        first=("milestone", _("Milestone")),
        columns=[
            Column("requests", _("Requests")),
            Column("percent_of_posted", _("Of those posted"), 1, is_drawn=False, is_percent=True),
        ],
        rows=rows,
        style="sideways",
        query=view.query,
    )


def _share(percent: float | None) -> str:
    return "" if percent is None else f"· {percent:.0f} %"


def _of(view: View) -> Q:
    narrowed = Q(day__gte=first_day(view.now).date())
    return narrowed & Q(service__group=view.group) if view.group else narrowed
