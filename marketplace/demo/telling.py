"""Rows that the past left behind: events, notifications, and deliveries that left long ago, or failed to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from django.db.models import Model

from marketplace.copying import copy_rows
from marketplace.demo.ids import id_at
from notifications.models import Channel, Delivery, DeliveryState, Digest, Event, Notification
from requests.models import Match, ServiceRequest, Wave

PROBLEMS: Final = ("550 5.1.1 The mailbox does not exist", "452 4.2.2 The mailbox is full", "Connection timed out")
FRESH: Final = timedelta(days=6)
"""Most notifications that are younger have not been read yet."""


@dataclass(slots=True)
class Rows:
    """What a batch of requests leaves behind. ``now`` is what no time may be later than."""

    now: datetime
    waves: list[Wave] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    def save(self) -> None:
        """One statement for each kind of row, in the order in which they refer to each other."""
        kinds: Iterable[list[Any]] = (self.waves, self.matches, self.events, self.notifications, self.deliveries)
        for rows in kinds:
            copy_rows(rows)


@dataclass(frozen=True, slots=True)
class Mail:
    """How a notification leaves by email."""

    digest: Digest = Digest.NONE


def add_event(
    rows: Rows,
    rng: Random,
    request: ServiceRequest,
    kind: str,
    moment: datetime,
    *,
    actor: Model | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Something that happened to the request, of which everybody has been told."""
    event = Event(
        id=id_at(moment, rng),
        kind=f"request.{kind}",
        actor_id=actor.pk if actor else None,
        subject_type="request",
        subject_id=str(request.pk),
        data=data or {},
        created_at=moment,
        fanned_out_at=moment,
        sweep_at=moment,
    )
    rows.events.append(event)
    return event


def add_notification(
    rows: Rows,
    rng: Random,
    event: Event,
    member_id: UUID,
    topic: str,
    mail: Mail | None,
    data: dict[str, Any] | None = None,
) -> None:
    """What one member was told of it, in the list and by ``mail``."""
    moment = event.created_at
    unread = rows.now - moment < FRESH and rng.random() < 0.7
    notification = Notification(
        id=id_at(moment, rng),
        event_id=event.pk,
        recipient_id=member_id,
        topic=topic,
        data=data or {},
        created_at=moment,
        read_at=None if unread else min(rows.now, moment + timedelta(hours=rng.uniform(0.1, 40))),
    )
    rows.notifications.append(notification)
    rows.deliveries.append(_delivery(rng, notification, Channel.IN_APP, Digest.NONE))
    if mail:
        rows.deliveries.append(_delivery(rng, notification, Channel.EMAIL, mail.digest, failing=0.015))


def _delivery(
    rng: Random, notification: Notification, channel: Channel, digest: Digest, *, failing: float = 0.0
) -> Delivery:
    moment, failed = notification.created_at, rng.random() < failing
    return Delivery(
        id=id_at(moment, rng),
        notification_id=notification.pk,
        channel=channel,
        digest=digest,
        state=DeliveryState.FAILED if failed else DeliveryState.SENT,
        created_at=moment,
        wanted_at=moment,
        due_at=moment,
        sent_at=None if failed else moment,
        attempts=6 if failed else 1,
        last_error=rng.choice(PROBLEMS) if failed else "",
    )
