"""The provider's charts by their keys, which are the names of their CSV files too."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from insights.drawing import Chart, Column, Row
from insights.drawing.numbers import number_text
from insights.performance.counts import Measure, bucket_totals
from insights.performance.provider.numbers import (
    IMPRESSIONS,
    MATCHES,
    MEASURES,
    PROPOSALS,
    VIEWS,
    WINS,
    Performance,
)
from insights.performance.spans import Span

CSV_PAGE: Final = "insights:own_table"


def seen(span: Span, found: Performance) -> Chart:
    """Impressions and views over time."""
    return _over_time("seen", _("How often you are seen"), (IMPRESSIONS, VIEWS), span, found)


def won(span: Span, found: Performance) -> Chart:
    """Leads, proposals and wins over time."""
    return _over_time("won", _("Leads, proposals and wins"), (MATCHES, PROPOSALS, WINS), span, found)


def steps(span: Span, found: Performance) -> Chart:
    """From impression to win: how many there are of each, and for each of the step before."""
    return Chart(
        key="steps",
        title=_("From search to win"),
        summary=_steps_in_words(found),
        meaning=_(
            "What was counted in the chosen time. A page is seen, and a lead comes, in different ways, so leads begin "
            "a way of their own. What came of earlier steps may fall into later days."
        ),
        first=("step", _("Step")),
        columns=[
            Column("number", _("Number")),
            Column("percent_of_step_before", _("Of the step before"), 1, is_drawn=False, is_percent=True),
        ],
        rows=[_step(each, found) for each in MEASURES],
        style="sideways",
        query=f"range={span.key}",
        csv_page=CSV_PAGE,
    )


CHARTS: Final[dict[str, Callable[[Span, Performance], Chart]]] = {"seen": seen, "won": won, "steps": steps}


def _over_time(key: str, title: str, measures: Sequence[Measure], span: Span, found: Performance) -> Chart:
    starts = span.buckets(found.window)
    totals = [bucket_totals(found.days[each.key], starts, span.step) for each in measures]
    numbers = [f"{each.label}: {number_text(sum(column))}" for each, column in zip(measures, totals, strict=True)]
    is_daily = span.step == 1
    return Chart(
        key=key,
        title=title,
        summary="; ".join(numbers) + ".",
        meaning=_("UTC days; today still grows.") if is_daily else _("Weeks of UTC days; the last one ends today."),
        first=("day", _("Day")) if is_daily else ("week_from", _("Week from")),
        columns=[Column(each.key, str(each.label)) for each in measures],
        rows=[
            Row(
                start.isoformat(),
                date_format(start, "j M Y"),
                values,
                _tick(span, at, start),
                is_open=start == starts[-1],
            )
            for at, (start, values) in enumerate(zip(starts, zip(*totals, strict=True), strict=True))
        ],
        style="lines",
        query=f"range={span.key}",
        csv_page=CSV_PAGE,
        empty=_("Nothing was counted in this time."),
    )


def _tick(span: Span, at: int, start: date) -> str:
    """The date below the axis: of the last bucket, and of every so many before it."""
    from_end = span.days // span.step - 1 - at
    return date_format(start, "j M") if from_end % span.labelled == 0 else ""


def _step(measure: Measure, found: Performance) -> Row:
    number = found.count(measure.key).value
    if not measure.of:
        return Row(measure.key, str(measure.label), (number, None))
    share = found.share(measure).value
    percent = None if share is None else round(share * 100, 1)
    tick = "" if percent is None else f"· {number_text(percent, 0 if percent >= 10 else 1)} % {measure.share}"
    return Row(measure.key, str(measure.label), (number, percent), tick)


def _steps_in_words(found: Performance) -> str:
    return _("%(views)s views of %(impressions)s impressions; %(wins)s wins of %(proposals)s proposals.") % {
        each.key: number_text(found.count(each.key).value) for each in MEASURES
    }
