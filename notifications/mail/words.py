"""What mails say, made in bulk, and whether they are still wanted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from notifications.mail.outcomes import Cancelled, Failed, Outcome, Postponed
from notifications.mail.postman import describe
from notifications.models import Channel, Delivery, Timing
from notifications.readers import Reader, load_readers, reading_as
from notifications.rendering import read_ahead, render_safely
from notifications.topics import Message, Topic, topic


def load(ids: Iterable[UUID]) -> list[Delivery]:
    """Claimed deliveries with all that their mails need of them, oldest first."""
    found = Delivery.objects.filter(pk__in=ids).select_related("notification__event")
    return list(found.order_by("wanted_at", "pk"))


def load_readers_of(deliveries: Sequence[Delivery]) -> dict[UUID, Reader]:
    """Their recipients by id, in two queries."""
    members = {each.notification.recipient_id for each in deliveries}
    return load_readers(members, {each.notification.topic for each in deliveries})


def hindrance(delivery: Delivery, reader: Reader | None, now: datetime) -> Outcome | None:
    """Why this is not to leave now although it is due: much may have changed since it was written down."""
    if reader is None:
        return Cancelled("The account is closed.")
    found = topic(delivery.notification.topic)
    if found is None:
        return Cancelled("No app knows this topic any more.")
    channel = Channel(delivery.channel)
    if channel == Channel.EMAIL and not reader.has_verified_email:
        return Cancelled("The address is not confirmed.")
    if channel == Channel.PUSH and not reader.takes_push:
        return Cancelled("No browser of the member takes push messages any more.")
    if reader.timing(found, channel) == Timing.OFF:
        return Cancelled("The member turned this off.")
    was_held_back = bool(delivery.digest) or delivery.wanted_at > delivery.created_at  # the latter by quiet hours
    if (was_held_back or channel == Channel.PUSH) and delivery.notification.read_at is not None:
        return Cancelled("The member has read it on the site.")
    quiet_end = None if found.urgent else reader.hours.quiet_end(now)
    return Postponed(quiet_end) if quiet_end is not None else None


def no_longer_wanted(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Those whose topics find nothing left to say; a fixed number of queries for each topic."""
    by_topic: dict[str, list[Delivery]] = {}
    for each in deliveries:
        by_topic.setdefault(each.notification.topic, []).append(each)
    dropped = []
    for same in by_topic.values():
        still_wanted = known_topic(same[0]).still_wanted
        if still_wanted is not None:
            wanted = still_wanted([each.notification for each in same])
            dropped += [each for each in same if each.notification_id not in wanted]
    return dropped


def known_topic(delivery: Delivery) -> Topic:
    """The topic of a delivery that ``hindrance`` let pass."""
    found = topic(delivery.notification.topic)
    assert found is not None
    return found


def words(
    deliveries: Sequence[Delivery], readers: Mapping[UUID, Reader]
) -> Iterator[tuple[Delivery, Message | Outcome]]:
    """Each delivery with its message, in its reader's language and on her clock, or with what becomes of it instead."""
    renders = read_ahead(each.notification for each in deliveries)
    grouped: dict[tuple[str, str], list[Delivery]] = {}
    for each in deliveries:
        reader = readers[each.notification.recipient_id]
        grouped.setdefault((reader.language, reader.hours.zone.key), []).append(each)
    for same in grouped.values():
        reader = readers[same[0].notification.recipient_id]
        with reading_as(reader.language, reader.hours.zone):
            messages = render_safely([each.notification for each in same], renders)
        for each in same:
            yield each, _message_or_outcome(messages.get(each.notification_id))


def _message_or_outcome(found: Message | Exception | None) -> Message | Outcome:
    if found is None:
        return Cancelled("What it was about is no longer there.")
    return Failed(describe(found)) if isinstance(found, Exception) else found
