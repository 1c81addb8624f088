"""Claimed deliveries made ready to leave, whatever the channel: those still wanted, in words, bundled into digests."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from notifications.mail.outcomes import Cancelled, Claim
from notifications.mail.words import hindrance, load, load_readers_of, no_longer_wanted, words
from notifications.models import Delivery
from notifications.readers import Reader
from notifications.topics import Message

Said = tuple[Delivery, Message]


def ready(ids: Sequence[UUID], claim: Claim, *, now: datetime) -> tuple[list[Said], dict[UUID, Reader]]:
    """The deliveries with their words, and their readers; what is not to leave now is settled."""
    deliveries = load(ids)
    readers = load_readers_of(deliveries)
    wanted = []
    for each in deliveries:
        reason = hindrance(each, readers.get(each.notification.recipient_id), now)
        if reason is None:
            wanted.append(each)
        else:
            claim.settle([each.pk], reason, now=now)
    done = no_longer_wanted(wanted)
    claim.settle([each.pk for each in done], Cancelled("Dealt with meanwhile, or another one says it."), now=now)
    said = []
    for each, message in words([each for each in wanted if each not in done], readers):
        if isinstance(message, Message):
            said.append((each, message))
        else:
            claim.settle([each.pk], message, now=now)
    return said, readers


def bundles(said: Sequence[Said]) -> list[list[Said]]:
    """What goes into one message each."""
    found: dict[object, list[Said]] = {}
    for each, message in said:
        key = (each.notification.recipient_id, each.digest) if each.digest else each.pk
        found.setdefault(key, []).append((each, message))
    return list(found.values())
