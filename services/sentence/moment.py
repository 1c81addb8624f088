"""When the work is to be done, in a sentence: "by Friday", "until 12 March", "within two weeks", "dringend"."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.sentence.calendar_words import MONTHS, NUMBERS, UNITS
from services.sentence.flat import Span
from services.sentence.moment_patterns import (
    CHRISTMAS,
    DAY_ALONE,
    IN_THE_MORNING,
    IS_BEFORE,
    ISO,
    MONTH_ALONE,
    MORNING_OR_TOMORROW,
    NUMERIC,
    PERIOD,
    QUARTER,
    SEVEN,
    STANDS_ALONE,
    TODAY,
    TOMORROW,
    WEEKEND,
    WITHIN,
    WITHIN_HOURS,
    WRITTEN,
)
from services.sentence.urgency import NO_RUSH, URGENT
from services.sentence.weekdays import find_weekdays


@dataclass(frozen=True, slots=True)
class Moment:
    """The last day, where one is named; ``frame`` as the requests know it: urgent, week, month, quarter, flexible."""

    frame: str
    by: date | None = None

    @property
    def is_far(self) -> bool:
        """Whether the last day is beyond all frames: who marries in a year is not flexible."""
        return self.by is not None and self.frame == "flexible"


FRAMES: Final = ((1, "urgent"), (13, "week"), (35, "month"), (100, "quarter"))
"""Days up to which a last day fits a time frame, a little more than its name says: people mean it roughly."""

Found = tuple[Moment, Span]


def find_moment(text: str, *, today: date, locale: str) -> Found | None:
    """When, by the flat ``text``; the first of what it says where it says several things. ``locale`` tells whether
    3/4 is in March."""
    for read in READERS:
        found = next(read(text, today, locale), None)
        if found:
            return found
    return None


def frame_of(last: date, *, today: date) -> str:
    """The time frame that a last day fits."""
    days = (last - today).days
    return next((name for most, name in FRAMES if days <= most), "flexible")


def _by(last: date, today: date, match: re.Match[str]) -> Found:
    return Moment(frame_of(last, today=today), last), Span(*match.span())


def _fixed(pattern: re.Pattern[str], frame: str) -> Callable[[str, date, str], Iterator[Found]]:
    def read(text: str, today: date, locale: str) -> Iterator[Found]:
        for match in pattern.finditer(text):
            yield Moment(frame), Span(*match.span())

    return read


def _near(pattern: re.Pattern[str], days: int) -> Callable[[str, date, str], Iterator[Found]]:
    def read(text: str, today: date, locale: str) -> Iterator[Found]:
        for match in pattern.finditer(text):
            yield _by(today + timedelta(days=days), today, match)

    return read


def _within(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in WITHIN.finditer(text):
        number = int(match["number"]) if match["number"].isdigit() else NUMBERS[match["number"]]
        yield _by(today + timedelta(days=number * UNITS[match["unit"]]), today, match)


def _within_hours(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in WITHIN_HOURS.finditer(text):
        yield _by(today + timedelta(days=math.ceil(int(match["hours"]) / 24)), today, match)


def _quarter(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in QUARTER.finditer(text):
        if match.group()[:1] in "q1234":  # the "Q3 report"
            continue
        month = 3 * int(match["number"] or match["number2"])
        year = int(match["year"] or today.year + (month < today.month))
        last = _last_of_month(year, month)
        if last >= today:
            yield _by(last, today, match)


def _period(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in PERIOD.finditer(text):
        is_next = bool(match["next"] or match["late_next"])
        if is_next or match["end"] or match["this"]:
            yield _by(_end_of((match["unit"] or match["late_unit"])[:2], today, later=is_next), today, match)


def _end_of(unit: str, today: date, *, later: bool) -> date:
    """The last day of this or the next week, month, quarter or year."""
    if unit in {"we", "wo", "se"}:
        return today + timedelta(days=6 - today.weekday() + 7 * later)
    if unit in {"mo", "me"}:
        return _last_of_month(today.year, today.month + later)
    if unit == "qu":
        return _last_of_month(today.year, (today.month - 1) // 3 * 3 + 3 + 3 * later)
    return date(today.year + later, 12, 31)


def _last_of_month(year: int, month: int) -> date:
    """The month's last day; months go on counting into the next year."""
    first_after = date(year + month // 12, month % 12 + 1, 1)
    return first_after - timedelta(days=1)


def _weekend(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in WEEKEND.finditer(text):
        yield _by(_end_of("we", today, later=bool(match["next"])), today, match)


def _christmas(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in CHRISTMAS.finditer(text):
        yield from _dated(match, 24, 12, int(match["year"] or 0), today)


def _weekday(text: str, today: date, locale: str) -> Iterator[Found]:
    for day, span in find_weekdays(text, today):
        yield Moment(frame_of(day, today=today), day), span


def _tomorrow(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in MORNING_OR_TOMORROW.finditer(text):
        if not IN_THE_MORNING.search(text[: match.start()]):
            yield _by(today + timedelta(days=1), today, match)


def _iso(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in ISO.finditer(text):
        yield from _dated(match, int(match["day"]), int(match["month"]), int(match["year"]), today)


def _written(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in WRITTEN.finditer(text):
        day, month = match["day"] or match["day2"], MONTHS[match["month"] or match["month2"]]
        yield from _dated(match, int(day), month, int(match["year"] or 0), today)


def _day_alone(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in DAY_ALONE.finditer(text):
        is_date = match["ordinal"] or re.search(r" (?:the|el|le|au|del|zum) ", match.group())
        following = (_last_of_month(today.year, today.month) + timedelta(days=1)).month
        months = (today.month, following) if is_date else ()
        found = (next(_dated(match, int(match["day"]), month, 0, today), None) for month in months)
        near = [each for each in found if each and each[0].by and (each[0].by - today).days <= 31]
        yield from near[:1]


def _numeric(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in NUMERIC.finditer(text):
        if not _is_date(match, text, locale):
            continue
        day, month = int(match["one"]), int(match["two"])
        if match["sign"] == "/" and locale.endswith("_US") and month <= 31 and day <= 12:
            day, month = month, day
        year = int(match["year"] or 0)
        yield from _dated(match, day, month, year + 2000 * (0 < year < 100), today)


def _is_date(match: re.Match[str], text: str, locale: str) -> bool:
    """Whether two numbers are a day and a month, and not "24/7", "1.5" or "for 2.5 hours"."""
    if match["year"]:
        return True
    if match.group().endswith("."):  # "Python 3.5." in other languages than German
        return bool(match["lead"]) or locale.startswith("de")
    return bool(match["lead"]) and STANDS_ALONE.match(text, match.end()) is not None


def _dated(match: re.Match[str], day: int, month: int, year: int, today: date) -> Iterator[Found]:
    """The day, in the year to come where none is named; nothing where there is no such day, or it is over."""
    for possible in (year,) if year else (today.year, today.year + 1):
        try:
            last = date(possible, month, day)
        except ValueError:
            continue
        if last >= today:
            yield _by(last, today, match)
            return


def _month_alone(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in MONTH_ALONE.finditer(text):
        if SEVEN.fullmatch(match.group()):
            continue
        month, year = MONTHS[match["month"]], int(match["year"] or 0)
        if match["middle"]:
            yield from _dated(match, 15, month, year, today)
            continue
        is_before = bool(IS_BEFORE.fullmatch(match["by"] or "")) and not match["end"]
        is_now = month == today.month and year in (0, today.year)
        year = year or today.year + (month < today.month)
        last = _last_of_month(year, month - 1 if is_before and not is_now else month)
        if last >= today or not match["year"]:
            yield _by(max(last, today), today, match)


READERS: Final = (
    _fixed(NO_RUSH, "flexible"),
    _iso,
    _written,
    _numeric,
    _day_alone,
    _within,
    _within_hours,
    _weekday,
    _near(TODAY, 0),
    _near(TOMORROW, 1),
    _tomorrow,
    _weekend,
    _christmas,
    _quarter,
    _period,
    _month_alone,
    _fixed(URGENT, "urgent"),
)
"""Exact days before vague words: "urgent, by Friday" is Friday."""
