"""What stands on the provider's dashboard."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from engagements.response_times import FEWEST, SPAN, ResponseTime
from insights.drawing.numbers import duration_text, number_text
from insights.performance.provider.charts import CHARTS
from insights.performance.provider.numbers import MEASURES, Performance, performance
from insights.performance.provider.waiting import waiting
from insights.performance.spans import Span
from insights.performance.tiles import Tile, count_tile, share_tile
from services.models import ServicePage


def context(page: ServicePage | None, span: Span, *, now: datetime) -> dict[str, Any]:
    """A fixed number of queries; none without a page."""
    if page is None:
        return {"page": None}
    found = performance(page, span.window(now), now=now)
    return {
        "page": page,
        "window": found.window,
        "is_empty": found.is_empty,
        "tasks": waiting(page, now=now),
        "tiles": [count_tile(each.label, found.count(each.key), span) for each in MEASURES],
        "standing": _standing(page, found, span),
        "charts": {key: make(span, found) for key, make in CHARTS.items()},
        "meanings": [(each.label, each.meaning) for each in MEASURES],
    }


def _standing(page: ServicePage, found: Performance, span: Span) -> list[Tile]:
    return [
        _response(found.response),
        share_tile(gettext_lazy("Win rate"), found.win_rate, span, empty=_("no proposal was decided on in this time")),
        count_tile(gettext_lazy("Jobs done"), found.count("jobs"), span),
        _rating(page, found),
    ]


def _response(found: ResponseTime) -> Tile:
    """The median that clients see, and of how many cases."""
    label = gettext_lazy("Response time")
    of = {"cases": number_text(found.cases), "days": SPAN.days, "fewest": FEWEST}
    if found.seconds is None or not found.is_shown:
        return Tile(label, "–", _("%(cases)s answered in %(days)s days; shown from %(fewest)s on") % of)
    return Tile(label, duration_text(found.seconds), _("median of %(cases)s answered in %(days)s days") % of)


def _rating(page: ServicePage, found: Performance) -> Tile:
    """The mean of all reviews, and how many came in the span."""
    label = gettext_lazy("Rating")
    if page.rating is None:
        return Tile(label, "–", _("no reviews yet"))
    reviews = ngettext("%(n)s review", "%(n)s reviews", page.rating_count) % {"n": number_text(page.rating_count)}
    fresh = found.count("reviews").value
    note = _("of 5 stars, %(reviews)s, %(fresh)s of them in this time")
    note %= {"reviews": reviews, "fresh": number_text(fresh) if fresh else _("none")}
    return Tile(label, number_text(page.rating, 1), note)
