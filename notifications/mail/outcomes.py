"""What became of an attempt to send something."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F

from notifications.models import DeliveryState
from notifications.models.outgoing import OutgoingQuerySet

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DELAYS = (MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR)
"""Waits after each attempt that failed for now: ten attempts in a little under a day."""
LONGEST_ERROR = 1000


@dataclass(frozen=True, slots=True)
class Sent:
    """It left."""


@dataclass(frozen=True, slots=True)
class Later:
    """It failed for now: another attempt follows, unless this was the last one."""

    error: str


@dataclass(frozen=True, slots=True)
class Failed:
    """It can never be delivered."""

    error: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """There is nothing to send any more."""

    reason: str


@dataclass(frozen=True, slots=True)
class Postponed:
    """It is not to leave before ``until``, and this was no attempt."""

    until: datetime
    error: str = ""


Outcome = Sent | Later | Failed | Cancelled | Postponed


@dataclass(frozen=True, slots=True)
class Claim:
    """Rows of one kind that a worker took at ``at``. What it no longer holds, it leaves alone."""

    rows: OutgoingQuerySet[Any]
    at: datetime

    def settle(self, ids: Collection[UUID], outcome: Outcome, *, now: datetime) -> None:
        """Writes down what became of these rows."""
        if isinstance(outcome, Sent):
            self.rows.mark_sent(ids, self.at, now=now)
            return
        held = self.rows.held(ids, self.at)
        match outcome:
            case Failed(error):
                held.update(state=DeliveryState.FAILED, last_error=error[:LONGEST_ERROR], attempts=F("attempts") + 1)
            case Cancelled(reason):
                held.update(state=DeliveryState.CANCELLED, last_error=reason[:LONGEST_ERROR])
            case Postponed(until, error):
                held.update(
                    state=DeliveryState.WAITING, wanted_at=until, due_at=until, last_error=error[:LONGEST_ERROR]
                )
            case Later(error):
                put_off(held, error, now=now)

    def release(self, ids: Collection[UUID]) -> None:
        """Gives back what there was no time for."""
        self.rows.held(ids, self.at).update(state=DeliveryState.WAITING)


def put_off(rows: OutgoingQuerySet[Any], error: str, *, now: datetime) -> None:
    """After a failed attempt: waits longer each time, and fails for good after the last."""
    counts = set(rows.values_list("attempts", flat=True))
    for attempts in sorted(counts, reverse=True):
        same = rows.filter(attempts=attempts)
        if attempts < len(DELAYS):
            same.update(
                state=DeliveryState.WAITING,
                due_at=now + DELAYS[attempts],
                attempts=attempts + 1,
                last_error=error[:LONGEST_ERROR],
            )
        else:
            same.update(state=DeliveryState.FAILED, attempts=attempts + 1, last_error=error[:LONGEST_ERROR])
