"""From one event to its notifications and deliveries."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple
from uuid import UUID

from django.db import transaction

from marketplace.copying import copy_rows, copy_values
from marketplace.ids import new_id
from marketplace.tasks import enqueue_once
from notifications.live import entries
from notifications.mail.tasks import send_mail
from notifications.models import Channel, Delivery, DeliveryState, Digest, Event, Notification, Timing
from notifications.push.tasks import send_push
from notifications.readers import Reader, load_readers
from notifications.timing import leaves_at
from notifications.topics import Recipient, Topic, topics_for

SENDERS = {Channel.EMAIL: send_mail, Channel.PUSH: send_push}
"""The tasks that send what leaves this site. Only of these channels there are deliveries."""
DIGESTS = {Timing.QUARTER_HOUR: Digest.QUARTER_HOUR, Timing.DAILY: Digest.DAILY}

WAITING: Final = DeliveryState.WAITING.value


class Row(NamedTuple):
    """A delivery as it is written: a model's object takes ten times as long to make, and there are very many."""

    id: UUID
    notification_id: UUID
    channel: str
    state: str
    digest: str
    created_at: datetime
    wanted_at: datetime
    due_at: datetime
    sent_at: datetime | None = None
    attempts: int = 0
    claimed_at: datetime | None = None
    last_error: str = ""


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
    notifications, deliveries = _written(events, now)
    copy_rows(notifications)
    copy_values(Delivery, Row._fields, deliveries)
    shown = [(each.recipient_id, {"notification": str(each.pk)}) for each in notifications if each.in_app]
    entries.append_all("notification", shown, now=now)
    due = {each.channel for each in deliveries if each.due_at <= now}
    for channel in SENDERS.keys() & due:
        transaction.on_commit(partial(enqueue_once, SENDERS[channel]))
    return len(notifications)


def _written(events: Sequence[Event], now: datetime) -> tuple[list[Notification], list[Row]]:
    """The rows of everybody whom the events reach, not yet saved."""
    wanted = [
        (event, member_id, topic, recipient)
        for event in events
        for member_id, (topic, recipient) in _recipients(topics_for(event.kind), event).items()
    ]
    readers = load_readers({member for _event, member, _t, _r in wanted}, {topic.key for _e, _m, topic, _r in wanted})
    notifications, deliveries = [], []
    for event, member_id, topic, recipient in wanted:
        reader = readers.get(member_id)
        timings = _timings(reader, topic) if reader is not None else {}
        if reader is None or not timings:
            continue
        notification = Notification(
            event_id=event.pk,
            recipient_id=member_id,
            topic=topic.key,
            data=dict(recipient.data),
            in_app=Channel.IN_APP in timings,
            created_at=now,
        )
        notifications.append(notification)
        deliveries += [
            _delivery(notification, channel, timing, reader, topic, now)
            for channel, timing in timings.items()
            if channel in SENDERS
        ]
    return notifications, deliveries


def _recipients(topics: Iterable[Topic], event: Event) -> dict[UUID, tuple[Topic, Recipient]]:
    """Whom to tell, each once, whatever the number of topics that name her: the first one counts."""
    found: dict[UUID, tuple[Topic, Recipient]] = {}
    for topic in topics:
        for recipient in topic.recipients(event):
            found.setdefault(recipient.member_id, (topic, recipient))
    return found


def _timings(reader: Reader, topic: Topic) -> dict[Channel, Timing]:
    """The channels by which she wants to be told."""
    timings = {channel: reader.timing(topic, channel) for channel in topic.channels}
    return {channel: timing for channel, timing in timings.items() if timing != Timing.OFF}


def _delivery(
    notification: Notification, channel: Channel, timing: Timing, reader: Reader, topic: Topic, now: datetime
) -> Row:
    due_at = leaves_at(timing, reader.hours, now=now, urgent=topic.urgent)
    digest = DIGESTS.get(timing, Digest.NONE).value
    return Row(new_id(), notification.pk, channel.value, WAITING, digest, now, due_at, due_at)
