"""Digests and quiet hours on the member's clock, changes of the clock included."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.models import Timing
from notifications.timing import DAY, QUARTER, Hours, leaves_at, next_quarter

VIENNA, NEW_YORK, KOLKATA, LORD_HOWE = (
    ZoneInfo(name) for name in ("Europe/Vienna", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
)
NIGHT = (time(22), time(7))


def utc(text: str) -> datetime:
    """``2026-03-29 01:00`` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-01-15 20:59", None),  # 21:59 in Vienna
        ("2026-01-15 21:00", "2026-01-16 06:00"),
        ("2026-01-16 03:00", "2026-01-16 06:00"),
        ("2026-01-16 05:59:59", "2026-01-16 06:00"),
        ("2026-01-16 06:00", None),
        ("2026-07-15 20:00", "2026-07-16 05:00"),  # summer: an hour earlier in UTC
        ("2026-03-28 22:00", "2026-03-29 05:00"),  # the short night
        ("2026-10-24 21:00", "2026-10-25 06:00"),  # the long night
    ],
)
def test_quiet_over_midnight(now: str, expected: str | None) -> None:
    assert Hours(VIENNA, *NIGHT).quiet_end(utc(now)) == (utc(expected) if expected else None)


@pytest.mark.parametrize(
    ("zone", "begins", "ends", "now", "expected"),
    [
        (KOLKATA, time(12), time(13, 30), "2026-05-01 07:00", "2026-05-01 08:00"),
        (KOLKATA, time(12), time(13, 30), "2026-05-01 08:00", None),
        # 02:30 comes twice: quiet until the second time.
        (VIENNA, time(23), time(2, 30), "2026-10-25 00:40", "2026-10-25 01:30"),
        (VIENNA, time(23), time(2, 30), "2026-10-25 01:10", "2026-10-25 01:30"),
        (VIENNA, time(23), time(2, 30), "2026-10-25 01:30", None),
        # 02:30 does not come at all: quiet for as long as it was meant to be.
        (VIENNA, time(23), time(2, 30), "2026-03-29 00:59", "2026-03-29 01:30"),
        (VIENNA, time(23), time(2, 30), "2026-03-29 01:30", None),
        (NEW_YORK, time(1, 30), time(8), "2026-11-01 05:30", "2026-11-01 13:00"),
        (NEW_YORK, time(1, 30), time(8), "2026-11-01 06:15", "2026-11-01 13:00"),
        (LORD_HOWE, time(1, 45), time(6), "2026-04-04 14:50", "2026-04-04 19:30"),
        (VIENNA, None, None, "2026-01-15 23:00", None),
        (VIENNA, time(9), time(9), "2026-01-15 08:00", None),
    ],
)
def test_quiet_elsewhere(
    zone: ZoneInfo, begins: time | None, ends: time | None, now: str, expected: str | None
) -> None:
    assert Hours(zone, begins, ends).quiet_end(utc(now)) == (utc(expected) if expected else None)


@pytest.mark.parametrize(
    ("zone", "at", "now", "expected"),
    [
        (VIENNA, time(8), "2026-01-15 06:59", "2026-01-15 07:00"),
        (VIENNA, time(8), "2026-01-15 07:00", "2026-01-16 07:00"),
        (VIENNA, time(8), "2026-03-28 08:00", "2026-03-29 06:00"),
        (VIENNA, time(2, 30), "2026-03-28 12:00", "2026-03-29 01:30"),
        (VIENNA, time(2, 30), "2026-10-24 12:00", "2026-10-25 00:30"),
        (VIENNA, time(2, 30), "2026-10-25 00:30", "2026-10-26 01:30"),
        (NEW_YORK, time(23, 45), "2026-07-02 03:00", "2026-07-02 03:45"),
    ],
)
def test_daily(zone: ZoneInfo, at: time, now: str, expected: str) -> None:
    assert Hours(zone, daily_at=at).next_daily(utc(now)) == utc(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-01-15 10:00", "2026-01-15 10:15"),
        ("2026-01-15 10:14:59", "2026-01-15 10:15"),
        ("2026-12-31 23:59:59", "2027-01-01 00:00"),
    ],
)
def test_quarter(now: str, expected: str) -> None:
    assert next_quarter(utc(now)) == utc(expected)


def test_digests_wait_for_quiet_hours_to_end_and_what_is_urgent_does_not() -> None:
    hours = Hours(VIENNA, *NIGHT, daily_at=time(6))
    night = utc("2026-01-15 22:00")
    assert leaves_at(Timing.INSTANT, hours, now=night) == utc("2026-01-16 06:00")
    assert leaves_at(Timing.QUARTER_HOUR, hours, now=night) == utc("2026-01-16 06:00")
    assert leaves_at(Timing.DAILY, hours, now=night) == utc("2026-01-16 06:00")
    assert leaves_at(Timing.INSTANT, hours, now=night, urgent=True) == night
    assert leaves_at(Timing.QUARTER_HOUR, hours, now=utc("2026-01-16 05:50")) == utc("2026-01-16 06:00")


def test_what_is_off_never_leaves() -> None:
    with pytest.raises(ValueError, match="never"):
        leaves_at(Timing.OFF, Hours(VIENNA), now=utc("2026-01-15 22:00"))


TIMES = st.times(max_value=time(23, 59))
TWO_YEARS = 2 * 365 * 24 * 60 * 60
MOMENTS = st.integers(0, TWO_YEARS).map(lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))


@given(st.sampled_from([VIENNA, NEW_YORK, KOLKATA, LORD_HOWE]), TIMES, TIMES, TIMES, MOMENTS)
def test_nothing_is_lost_or_comes_in_quiet_hours(
    zone: ZoneInfo, begins: time, ends: time, daily_at: time, now: datetime
) -> None:
    hours = Hours(zone, begins, ends, daily_at)
    for timing, within in ((Timing.INSTANT, DAY), (Timing.QUARTER_HOUR, QUARTER + DAY), (Timing.DAILY, 3 * DAY)):
        moment = leaves_at(timing, hours, now=now)
        assert now <= moment <= now + within + QUARTER * 8
        assert hours.quiet_end(moment) is None
