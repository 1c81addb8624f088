"""What mails say, made in bulk, and whether they are still wanted."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from notifications.mail.outcomes import Cancelled, Failed, Outcome, Postponed
from notifications.models import Channel, Delivery, Notification, Timing
from notifications.readers import Reader, load_readers, reading_as
from notifications.rendering import render
from notifications.topics import Message, Topic, topic

logger = logging.getLogger(__name__)


def load(ids: Iterable[UUID]) -> list[Delivery]:
    """Claimed deliveries with all that their mails need of them, oldest first."""
    found = Delivery.objects.filter(pk__in=ids).select_related("notification__event")
    return list(found.order_by("wanted_at", "pk"))


def load_readers_of(deliveries: Sequence[Delivery]) -> dict[UUID, Reader]:
    """Their recipients by id, in two queries."""
    members = {each.notification.recipient_id for each in deliveries}
    return load_readers(members, {each.notification.topic for each in deliveries})


def hindrance(delivery: Delivery, reader: Reader | None, now: datetime) -> Outcome | None:
    """Why this is not to be mailed now although it is due: much may have changed since it was written down."""
    if reader is None:
        return Cancelled("The account is closed.")
    found = topic(delivery.notification.topic)
    if found is None:
        return Cancelled("No app knows this topic any more.")
    if not reader.has_verified_email:
        return Cancelled("The address is not confirmed.")
    if reader.timing(found, Channel.EMAIL) == Timing.OFF:
        return Cancelled("The member turned this off.")
    if delivery.digest and delivery.notification.read_at is not None:
        return Cancelled("The member has read it on the site.")
    quiet_end = None if found.urgent else reader.hours.quiet_end(now)
    return Postponed(quiet_end) if quiet_end is not None else None


def known_topic(delivery: Delivery) -> Topic:
    """The topic of a delivery that ``hindrance`` let pass."""
    found = topic(delivery.notification.topic)
    assert found is not None
    return found


def words(
    deliveries: Sequence[Delivery], readers: Mapping[UUID, Reader]
) -> Iterator[tuple[Delivery, Message | Outcome]]:
    """Each delivery with its message, in its reader's language and on her clock, or with what becomes of it instead."""
    grouped: dict[tuple[str, str], list[Delivery]] = {}
    for each in deliveries:
        reader = readers[each.notification.recipient_id]
        grouped.setdefault((reader.language, reader.hours.zone.key), []).append(each)
    for same in grouped.values():
        reader = readers[same[0].notification.recipient_id]
        with reading_as(reader.language, reader.hours.zone):
            messages = _rendered([each.notification for each in same])
        for each in same:
            yield each, messages.get(each.notification_id) or Cancelled("What it was about is no longer there.")


def _rendered(notifications: Sequence[Notification]) -> dict[UUID, Message | Outcome]:
    try:
        return dict(render(notifications))
    except Exception as error:  # one that cannot be put into words must not hold up the others
        if len(notifications) > 1:
            return {key: found for each in notifications for key, found in _rendered([each]).items()}
        logger.exception("Notification %s could not be put into words", notifications[0].pk)
        return {notifications[0].pk: Failed(f"{type(error).__name__}: {error}")}
