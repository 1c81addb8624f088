"""Numbers by day, and a number beside the one of the span before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any

from django.db.models import Count as CountRows
from django.db.models import F, QuerySet
from django.db.models.functions import TruncDate
from django.utils.functional import Promise

from insights.performance.spans import Window, midnight

Days = Mapping[date, int]
"""A number for each day that has one."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is counted by day. ``of`` names the step before it on the way to a deal, and ``share`` says so."""

    key: str
    label: Promise
    meaning: Promise
    of: str = ""
    share: Promise | str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many in the span, and in the one before."""

    value: int = 0
    before: int = 0

    @property
    def change(self) -> float | None:
        """As a fraction: 0.5 is half as much again. None where there was nothing before to compare with."""
        return self.value / self.before - 1 if self.before else None


@dataclass(frozen=True, slots=True)
class Share:
    """Some of a whole, in the span and in the one before."""

    part: Count
    whole: Count

    @property
    def value(self) -> float | None:
        """A fraction; None where the whole is nothing."""
        return self.part.value / self.whole.value if self.whole.value else None

    @property
    def before(self) -> float | None:
        """The same of the span before."""
        return self.part.before / self.whole.before if self.whole.before else None

    @property
    def change(self) -> float | None:
        """The difference of the two fractions: 0.1 is ten points more."""
        return None if self.value is None or self.before is None else self.value - self.before


def count(days: Days, window: Window) -> Count:
    """The sums of the two spans."""
    return Count(total(days, window.since, window.until), total(days, window.before, window.since))


def total(days: Days, since: date, until: date) -> int:
    """The sum of the days from ``since`` to ``until`` (exclusive)."""
    return sum([number for day, number in days.items() if since <= day < until])


def bucket_totals(days: Days, starts: Iterable[date], step: int) -> list[int]:
    """The sums of ``step`` days from each of ``starts``, which do not overlap."""
    length = timedelta(days=step)
    return [sum(days.get(start + timedelta(days=at), 0) for at in range(length.days)) for start in starts]


def by_day(rows: QuerySet[Any, Any], moment: str, *, since: date, until: date) -> dict[date, int]:
    """How many rows have their ``moment`` on which day, from ``since`` to ``until`` (exclusive). One query."""
    within = {f"{moment}__gte": midnight(since), f"{moment}__lt": midnight(until)}
    found = rows.filter(**within).order_by().annotate(on_day=day_of(moment)).values_list("on_day")
    # Not the key: an index on the moment then answers alone.
    return dict(found.annotate(number=CountRows("*")))


def day_of(moment: str) -> TruncDate:
    """The UTC day of a moment."""
    return TruncDate(F(moment), tzinfo=UTC)
