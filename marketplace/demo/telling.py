"""Rows that the past left behind: events, notifications, and deliveries that left long ago, or failed to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from engagements.models import Engagement, Review
from marketplace.copying import copy_rows
from marketplace.demo.ids import id_at
from messaging.models import Conversation, Message, Seat
from notifications.models import Channel, Delivery, DeliveryState, Digest, Event, Notification
from requests.models import Invitation, Match, Proposal, ProposalTerms, Wave

PROBLEMS: Final = ("550 5.1.1 The mailbox does not exist", "452 4.2.2 The mailbox is full", "Connection timed out")
FAILING: Final = 0.015
"""Share of the mails."""
SUBJECTS: Final = {
    "message.sent": "conversation",
    "invitation.unanswered": "request",
    "past_client.invited": "page",
    "past_client.reviewed": "page",
}
"""Kinds that are not named after what they happen to."""
FRESH: Final = timedelta(days=6)
"""Most notifications that are younger have not been read yet."""


@dataclass(slots=True)
class Rows:
    """What a batch of requests leaves behind. ``now`` is what no time may be later than."""

    now: datetime
    waves: list[Wave] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    terms: list[ProposalTerms] = field(default_factory=list)
    engagements: list[Engagement] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    def save(self) -> None:
        """One statement for each kind of row, in the order in which they refer to each other."""
        kinds: Iterable[list[Any]] = (
            *(self.waves, self.matches, self.invitations, self.proposals, self.terms, self.engagements, self.reviews),
            *(self.conversations, self.seats, self.messages, self.events, self.notifications, self.deliveries),
        )
        for rows in kinds:
            copy_rows(rows)


@dataclass(frozen=True, slots=True)
class Mail:
    """How a notification leaves by email."""

    digest: Digest = Digest.NONE


@dataclass(frozen=True, slots=True)
class Reading:
    """When a notification was read, if it was."""

    at: datetime | None


def add_event(
    rows: Rows,
    rng: Random,
    kind: str,
    subject: UUID,
    moment: datetime,
    *,
    actor: UUID | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Something that happened to ``subject``, of which everybody has been told. ``kind`` begins with its type."""
    event = Event(
        id=id_at(moment, rng),
        kind=kind,
        actor_id=actor,
        subject_type=SUBJECTS.get(kind) or kind.partition(".")[0],
        subject_id=str(subject),
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
    *,
    reading: Reading | None = None,
) -> None:
    """What one member was told of it, in the list and by ``mail``. Chance decides when she read it, unless ``reading``
    says so."""
    moment = event.created_at
    if reading is None:
        unread = rows.now - moment < FRESH and rng.random() < 0.7
        reading = Reading(None if unread else min(rows.now, moment + timedelta(hours=rng.uniform(0.1, 40))))
    notification = Notification(
        id=id_at(moment, rng),
        event_id=event.pk,
        recipient_id=member_id,
        topic=topic,
        data=data or {},
        created_at=moment,
        read_at=reading.at,
    )
    rows.notifications.append(notification)
    if mail:
        rows.deliveries.append(_delivery(rng, notification, mail))


def _delivery(rng: Random, notification: Notification, mail: Mail) -> Delivery:
    moment, failed = notification.created_at, rng.random() < FAILING
    return Delivery(
        id=id_at(moment, rng),
        notification_id=notification.pk,
        channel=Channel.EMAIL,
        digest=mail.digest,
        state=DeliveryState.FAILED if failed else DeliveryState.SENT,
        created_at=moment,
        wanted_at=moment,
        due_at=moment,
        sent_at=None if failed else moment,
        attempts=6 if failed else 1,
        last_error=rng.choice(PROBLEMS) if failed else "",
    )
