"""From one event to its notifications and deliveries."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction

from marketplace.ids import new_id
from marketplace.records import Records
from marketplace.tasks import enqueue_once
from notifications.live import entries
from notifications.mail.tasks import send_mail
from notifications.models import Channel, Delivery, Digest, Event, Notification, Timing
from notifications.push.tasks import send_push
from notifications.readers import Reader, load_readers
from notifications.timing import leaves_at
from notifications.topics import Recipient, Topic, topics_for

SENDERS = {Channel.EMAIL: send_mail, Channel.PUSH: send_push}
"""The tasks that send what leaves this site. Only of these channels there are deliveries."""
DIGESTS = {Timing.QUARTER_HOUR: Digest.QUARTER_HOUR, Timing.DAILY: Digest.DAILY}
NOTIFICATION: Final = ("id", "event_id", "recipient_id", "topic", "data", "in_app")
DELIVERY: Final = ("id", "notification_id", "channel", "digest", "wanted_at", "due_at")
"""The columns that differ from row to row."""


def fan_out(event: Event, *, now: datetime) -> int:
    """Writes the event's notifications with their deliveries and marks it done; the number of members told.

    Safe to run twice and from two workers: the event's row is locked, and a done event is left alone. May be called
    inside a transaction, which then carries the notifications. The number of queries does not grow with that of
    recipients.
    """
    with transaction.atomic():
        if not Event.objects.select_for_update().filter(pk=event.pk, fanned_out_at__isnull=True).exists():
            return 0
        told = tell_of([event], now=now)
        Event.objects.filter(pk=event.pk).update(fanned_out_at=now, fan_out_error="")
        event.fanned_out_at = now
    return told


def tell_of(events: Sequence[Event], *, now: datetime) -> int:
    """Writes the notifications of events that nobody else sees yet, because this transaction recorded them as told; how
    many. The number of queries grows with neither events nor recipients, as far as the topics' own do not."""
    wanted = [
        (event, member_id, topic, recipient)
        for event in events
        for member_id, (topic, recipient) in _recipients(topics_for(event.kind), event).items()
    ]
    readers = load_readers({member for _event, member, _t, _r in wanted}, {topic.key for _e, _m, topic, _r in wanted})
    told = _Told(now)
    for event, member_id, topic, recipient in wanted:
        if (reader := readers.get(member_id)) is not None:
            told.add(event, topic, recipient, reader)
    told.save()
    return len(told.notifications)


class _Told:
    """The rows of everybody whom events reach, not yet saved."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.notifications = Records(Notification(created_at=now), NOTIFICATION)
        self._deliveries = Records(Delivery(created_at=now), DELIVERY)
        self._shown: list[tuple[UUID, dict[str, str]]] = []
        self._due: set[Channel] = set()

    def add(self, event: Event, topic: Topic, recipient: Recipient, reader: Reader) -> None:
        """Tells a member, by the channels that she wants for the topic, if any."""
        timings = reader.timings(topic)
        if not timings:
            return
        notification_id, in_app = new_id(), Channel.IN_APP in timings
        self.notifications.add(notification_id, event.pk, reader.id, topic.key, recipient.data, in_app)
        if in_app:
            self._shown.append((reader.id, {"notification": str(notification_id)}))
        for channel, timing in timings.items():
            if channel in SENDERS:
                due_at = leaves_at(timing, reader.hours, now=self._now, urgent=topic.urgent)
                digest = DIGESTS.get(timing, Digest.NONE)
                self._deliveries.add(new_id(), notification_id, channel, digest, due_at, due_at)
                if due_at <= self._now:
                    self._due.add(channel)

    def save(self) -> None:
        """Writes them, in the caller's transaction; after it streams and senders are told."""
        self.notifications.copy()
        self._deliveries.copy()
        entries.append_all("notification", self._shown, now=self._now)
        for channel in SENDERS.keys() & self._due:
            transaction.on_commit(partial(enqueue_once, SENDERS[channel]))


def _recipients(topics: Iterable[Topic], event: Event) -> dict[UUID, tuple[Topic, Recipient]]:
    """Whom to tell, each once, whatever the number of topics that name her: the first one counts."""
    found: dict[UUID, tuple[Topic, Recipient]] = {}
    for topic in topics:
        for recipient in topic.recipients(event):
            found.setdefault(recipient.member_id, (topic, recipient))
    return found
