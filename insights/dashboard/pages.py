"""How many service pages are published."""

from datetime import timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from insights.dashboard.view import View
from insights.drawing import Chart, Column, Row
from insights.drawing.numbers import number_text
from insights.models import PageDay

YEAR = timedelta(days=365)


def pages(view: View) -> Chart:
    """Published pages at the end of each day of the last year, and a year before."""
    last = view.now.date()
    counts = dict(PageDay.objects.filter(day__gt=last - 2 * YEAR, day__lte=last).values_list("day", "pages"))
    days = [last - YEAR + timedelta(days=number) for number in range(1, 366)]
    known = [day for day in days if day in counts]
    rows = [
        Row(
            day.isoformat(),
            date_format(day, "j M Y"),
            (counts.get(day), counts.get(day - YEAR)),
            date_format(day, "M Y") if day.day == 1 and day.month % 2 else "",
        )
        for day in days
        if known and known[0] <= day <= known[-1]
    ]
    return Chart(
        key="pages",
        title=_("Service pages"),
        summary=_("%(number)s published on %(day)s.")
        % {"number": number_text(counts[known[-1]]), "day": date_format(known[-1], "j M Y")}
        if known
        else "",
        meaning=_("Published pages at the end of each day, and on the same day a year before."),
        first=("day", _("Day")),
        columns=[Column("pages", _("Last year")), Column("pages_year_before", _("Year before"))],
        rows=rows,
        style="lines",
    )
