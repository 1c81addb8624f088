"""The spans of time that a member's dashboard can show, each with an address: ``?range=30d``. All days are UTC days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Days from ``since`` to ``until`` (exclusive), and just as many from ``before`` to ``since``."""

    before: date
    since: date
    until: date

    @property
    def last(self) -> date:
        """The last day, which is the present one."""
        return self.until - DAY

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The beginning (inclusive) and the end (exclusive), without the days before."""
        return midnight(self.since), midnight(self.until)


@dataclass(frozen=True, slots=True)
class Span:
    """The present day and those before it, ``days`` in all, drawn in buckets of ``step`` days."""

    key: str
    label: Promise
    title: Promise
    before: Promise
    days: int
    step: int
    labelled: int
    """Every how many buckets one has its date below the axis."""

    def window(self, now: datetime) -> Window:
        """The days that belong to it at this moment."""
        until = now.astimezone(UTC).date() + DAY
        since = until - timedelta(days=self.days)
        return Window(since - timedelta(days=self.days), since, until)

    def buckets(self, window: Window) -> list[date]:
        """The first day of each bucket."""
        return [window.since + timedelta(days=at) for at in range(0, self.days, self.step)]


WEEK: Final = Span("7d", _("7 days"), _("Last 7 days"), _("7 days before"), 7, 1, 1)
MONTH: Final = Span("30d", _("30 days"), _("Last 30 days"), _("30 days before"), 30, 1, 5)
QUARTER: Final = Span("90d", _("90 days"), _("Last 90 days"), _("90 days before"), 90, 1, 15)
# 52 weeks, so that all buckets are equally long and hold the same days of the week.
YEAR: Final = Span("12m", _("12 months"), _("Last 12 months"), _("12 months before"), 364, 7, 8)
SPANS: Final = {each.key: each for each in (WEEK, MONTH, QUARTER, YEAR)}
DEFAULT: Final = MONTH


def find_span(key: str) -> Span:
    """The span of this key; the default one for any other text."""
    return SPANS.get(key, DEFAULT)


def midnight(day: date) -> datetime:
    """The beginning of the day."""
    return datetime.combine(day, time(), UTC)
