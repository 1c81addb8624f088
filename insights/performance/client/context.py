"""What stands on the client's dashboard."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Member
from insights.drawing.numbers import duration_text, number_text
from insights.performance.client.charts import CHARTS
from insights.performance.client.numbers import MEASURES, Agreed, Summary, Wait, summary
from insights.performance.client.waiting import waiting
from insights.performance.spans import Span
from insights.performance.tiles import Tile, count_tile
from services.money import format_money


def context(member: Member, span: Span, *, locale: str, now: datetime) -> dict[str, Any]:
    """A fixed number of queries. ``locale`` is how the reader writes money."""
    found = summary(member, span.window(now))
    return {
        "window": found.window,
        "is_empty": found.is_empty,
        "tasks": waiting(member, now=now),
        "tiles": [_open(found), *(count_tile(each.label, found.count(each.key), span) for each in MEASURES)],
        "waits": [
            _wait(gettext_lazy("Time to first match"), found.first_match),
            _wait(gettext_lazy("Time to first proposal"), found.first_proposal),
        ],
        "agreed": [_agreed(each, locale) for each in found.agreed],
        "charts": {key: make(span, found, locale) for key, make in CHARTS.items()},
        "meanings": [(each.label, each.meaning) for each in MEASURES],
    }


def _open(found: Summary) -> Tile:
    return Tile(gettext_lazy("Open requests"), number_text(found.open), _("at this moment"))


def _wait(label: Any, found: Wait) -> Tile:
    """The median; the note says of how many."""
    if found.seconds is None:
        return Tile(label, "–", _("median; no request of this time got so far"))
    words = ngettext("median of %(n)s request", "median of %(n)s requests", found.cases)
    return Tile(label, duration_text(found.seconds), words % {"n": number_text(found.cases)})


def _agreed(found: Agreed, locale: str) -> Tile:
    """The sum of what was agreed in one currency."""
    value = format_money(found.fixed_sum, found.currency, locale) if found.fixed else "–"
    return Tile(found.currency, value, "; ".join(_kinds(found)))


def _kinds(found: Agreed) -> Iterator[str]:
    if found.fixed:
        words = ngettext("%(n)s fixed price", "%(n)s fixed prices", found.fixed)
        yield words % {"n": number_text(found.fixed)}
    if found.hourly:
        words = ngettext("%(n)s hourly rate without a sum", "%(n)s hourly rates without a sum", found.hourly)
        yield words % {"n": number_text(found.hourly)}
