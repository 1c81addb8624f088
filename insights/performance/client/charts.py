"""The client's charts by their keys, which are the names of their CSV files too."""

from collections.abc import Callable
from itertools import pairwise
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from insights.drawing import Chart, Column, Row
from insights.drawing.numbers import number_text
from insights.performance.client.numbers import MEASURES, Agreed, Summary
from insights.performance.counts import total
from insights.performance.spans import Span
from services.money import digits, format_money

CSV_PAGE: Final = "insights:own_table"


def months(span: Span, found: Summary, _locale: str = "en") -> Chart:
    """Requests, proposals and hires in each of the last twelve months, whatever the span."""
    edges = list(pairwise([*found.months, found.window.until]))
    totals = {each.key: [total(found.days[each.key], *edge) for edge in edges] for each in MEASURES}
    rows = [
        Row(
            f"{since:%Y-%m}",
            date_format(since, "F Y"),
            tuple(totals[each.key][at] for each in MEASURES),
            date_format(since, "M Y"),
            is_open=at == len(edges) - 1,
        )
        for at, (since, _until) in enumerate(edges)
    ]
    numbers = [f"{each.label}: {number_text(sum(totals[each.key]))}" for each in MEASURES]
    return Chart(
        key="months",
        title=_("Requests and proposals by month"),
        summary="; ".join(numbers) + ".",
        meaning=_("The last twelve months in UTC; the present one still grows."),
        first=("month", _("Month")),
        columns=[Column(each.key, str(each.label)) for each in MEASURES],
        rows=rows,
        style="lines",
        query=f"range={span.key}",
        csv_page=CSV_PAGE,
        empty=_("No request was posted in the last twelve months."),
    )


def agreed(span: Span, found: Summary, locale: str) -> Chart:
    """What was agreed in each currency. It is not drawn: amounts of two currencies have no common scale."""
    return Chart(
        key="agreed",
        title=_("Agreed amounts"),
        summary="",
        meaning=_("The fixed prices that you agreed on in the chosen time, by currency."),
        first=("currency", _("Currency")),
        columns=[
            Column("fixed_sum", _("Sum of fixed prices")),
            Column("fixed", _("Fixed prices")),
            Column("hourly", _("Hourly rates")),
        ],
        rows=[_amounts(each, locale) for each in found.agreed],
        query=f"range={span.key}",
        csv_page=CSV_PAGE,
    )


def _amounts(each: Agreed, locale: str) -> Row:
    places = digits(each.currency)
    whole = each.fixed_sum / 10**places if places else each.fixed_sum
    counts = (each.fixed, each.hourly)
    texts = (format_money(each.fixed_sum, each.currency, locale), *(number_text(number) for number in counts))
    return Row(each.currency, each.currency, (whole, *counts), texts=texts)


CHARTS: Final[dict[str, Callable[[Span, Summary, str], Chart]]] = {"months": months, "agreed": agreed}
"""Each from the span, its numbers, and the locale in which the reader writes money."""
