"""The spans of time that the staff's page can show, each with an address: ``?range=day``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from insights.rates import floor


@dataclass(frozen=True, slots=True)
class Range:
    """A span up to the last whole ``step`` that is closed. ``tick`` gives a bucket's text below the axis, or none."""

    key: str
    label: Promise
    title: Promise
    step: str
    span: timedelta
    tick: Callable[[datetime], str]

    def window(self, end: datetime) -> tuple[datetime, datetime]:
        """Its beginning and its end (exclusive), where everything before ``end`` is closed."""
        until = floor(end, self.step)
        return until - self.span, until


def _every_minutes(number: int) -> Callable[[datetime], str]:
    return lambda start: f"{start:%H:%M}" if start.minute % number == 0 else ""


def _every_three_hours(start: datetime) -> str:
    return f"{start:%H:%M}" if start.hour % 3 == 0 else ""


def _every_fifth_day(start: datetime) -> str:
    return date_format(start, "j M") if start.toordinal() % 5 == 0 else ""


def _every_quarter(start: datetime) -> str:
    return date_format(start, "M Y") if start.day == 1 and start.month % 3 == 1 else ""


def _every_other_month(start: datetime) -> str:
    return date_format(start, "M Y") if start.day <= 7 and start.month % 2 else ""


NOW: Final = Range("now", _("Now"), _("Now"), "minute", timedelta(minutes=30), _every_minutes(5))
HOUR: Final = Range("hour", _("Hour"), _("Last hour"), "minute", timedelta(hours=1), _every_minutes(10))
DAY: Final = Range("day", _("Day"), _("Last day"), "hour", timedelta(days=1), _every_three_hours)
MONTH: Final = Range("month", _("30 days"), _("Last 30 days"), "day", timedelta(days=30), _every_fifth_day)
YEARS: Final = Range("years", _("Two years"), _("Two years"), "day", timedelta(days=730), _every_quarter)
COMPARED: Final = Range(
    "year-on-year", _("Year on year"), _("Year on year"), "day", timedelta(weeks=104), _every_other_month
)
RANGES: Final = {each.key: each for each in (NOW, HOUR, DAY, MONTH, YEARS, COMPARED)}
DEFAULT: Final = MONTH


def find_range(key: str) -> Range:
    """The range of this key; the default one for any other text."""
    return RANGES.get(key, DEFAULT)
