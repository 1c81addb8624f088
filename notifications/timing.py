"""When something may reach a member: digests and quiet hours on her own clock. Pure: no I/O, no clock of its own.

On the two days a year on which clocks change, a time of day may come twice or not at all. Quiet hours then last from
the first time their beginning can be read to the last time their end can; the daily digest leaves at the first reading,
and where its time is skipped, as much later as the clock was put forward.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.models import Timing

QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """A member's hours on the clock of ``zone``. Quiet hours may span midnight; None or equal times: none."""

    zone: ZoneInfo
    quiet_from: time | None = None
    quiet_until: time | None = None
    daily_at: time = time(8)

    def quiet_end(self, now: datetime) -> datetime | None:
        """When the quiet hours that hold ``now`` end; None where it is not quiet."""
        begins, ends = self.quiet_from, self.quiet_until
        if begins is None or ends is None or begins == ends:
            return None
        today = now.astimezone(self.zone).date()
        for day in (today - DAY, today, today + DAY):  # the neighbours matter around midnight and changes of the clock
            start = min(self._readings(day, begins))
            end = max(self._readings(day if ends > begins else day + DAY, ends))
            if start <= now < end:
                return end
        return None

    def next_daily(self, now: datetime) -> datetime:
        """The next time that the clock shows ``daily_at``, after ``now``."""
        today = now.astimezone(self.zone).date()
        readings = (datetime.combine(today + n * DAY, self.daily_at, self.zone).astimezone(UTC) for n in range(3))
        return next(moment for moment in readings if moment > now)

    def _readings(self, day: date, at: time) -> tuple[datetime, datetime]:
        local = datetime.combine(day, at, self.zone)
        return local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)


def leaves_at(timing: Timing, hours: Hours, *, now: datetime, urgent: bool = False) -> datetime:
    """When something of ``now`` leaves. What is urgent does not wait for quiet hours to end. Timing OFF: ValueError."""
    match timing:
        case Timing.INSTANT:
            moment = now
        case Timing.QUARTER_HOUR:
            moment = next_quarter(now)
        case Timing.DAILY:
            moment = hours.next_daily(now)
        case _:
            raise ValueError("What is turned off never leaves.")
    return moment if urgent else hours.quiet_end(moment) or moment


def next_quarter(now: datetime) -> datetime:
    """The next full quarter of an hour after ``now``. All time zones in use agree on those."""
    into = timedelta(minutes=now.minute % 15, seconds=now.second, microseconds=now.microsecond)
    return (now - into + QUARTER).astimezone(UTC)
