"""Finding again what was lost on its way: a broker was down at commit, a worker died, the queue was emptied.

Safe under two beats and after missed hours: whatever is found is claimed by a row lock or a conditional UPDATE.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from notifications.fan_out import fan_out
from notifications.mail.outcomes import LONGEST_ERROR, put_off
from notifications.models import AccountMail, Delivery, DeliveryState, Event

logger = logging.getLogger(__name__)

MOST_EVENTS = 200
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
HELD_FOR = timedelta(minutes=3)
"""A claim older than this is nobody's: workers stop after ``SENDS_FOR``, give or take one mail."""


@dataclass(frozen=True, slots=True)
class Due:
    """What there is to send."""

    mail: bool
    push: bool


def sweep(*, now: datetime) -> Due:
    """Finishes fan-outs, takes back claims of workers that died; what is due."""
    sweep_events(now=now)
    take_back_claims(now=now)
    deliveries = Delivery.objects.due(now)
    return Due(
        mail=AccountMail.objects.due(now).exists() or deliveries.by_email().exists(),
        push=deliveries.by_push().exists(),
    )


def sweep_events(*, now: datetime) -> int:
    """Fans out events that nobody finished; how many. One that fails is tried again later and later, and says why."""
    done = 0
    for event in _claimed_events(now):
        try:
            fan_out(event, now=now)
            done += 1
        except Exception as error:  # whatever is wrong with this event, the others are not to wait for it
            logger.exception("Fan-out of event %s failed", event.pk)
            Event.objects.filter(pk=event.pk).update(fan_out_error=f"{type(error).__name__}: {error}"[:LONGEST_ERROR])
    return done


def _claimed_events(now: datetime) -> list[Event]:
    """Open events whose time has come, taken from other sweepers by moving that time."""
    with transaction.atomic():
        events = list(
            Event.objects.select_for_update(skip_locked=True)
            .filter(fanned_out_at__isnull=True, sweep_at__lte=now)
            .order_by("sweep_at")[:MOST_EVENTS]
        )
        for event in events:
            event.sweep_at = now + min(FIRST_WAIT * 2 ** min(event.fan_out_attempts, 12), LONGEST_WAIT)
            event.fan_out_attempts += 1
        Event.objects.bulk_update(events, ["sweep_at", "fan_out_attempts"])
    return events


def take_back_claims(*, now: datetime) -> None:
    """What a worker held when it died is tried again. A mail may come twice by this: see ``notifications.mail``."""
    stale = {"state": DeliveryState.SENDING, "claimed_at__lt": now - HELD_FOR}
    for rows in (AccountMail.objects.filter(**stale), Delivery.objects.filter(**stale)):
        put_off(rows, "The worker that was sending this stopped.", now=now)
