"""Marking as read."""

from datetime import datetime

from django.db import transaction

from accounts.models import Member
from marketplace.errors import NotAllowed
from messaging.live import tell_read
from messaging.models import Conversation, Message, Seat
from messaging.topics import MESSAGES
from notifications.actions import mark_subject_read


@transaction.atomic
def mark_read(*, actor: Member, conversation: Conversation, now: datetime, until: int | None = None) -> Seat:
    """The actor has read up to the message of this number, or everything. Going back is not possible; repeats are
    harmless. The other side sees it at once. Raises NotAllowed."""
    if conversation.side_of(actor) is None:
        raise NotAllowed
    seat = Seat.objects.select_for_update().get(conversation=conversation, member=actor)
    last = Conversation.objects.values_list("last_sequence", flat=True).get(pk=conversation.pk)
    reached = min(last, last if until is None else until)
    if reached <= seat.read_sequence and not seat.unread:
        return seat
    seat.read_sequence = max(reached, seat.read_sequence)
    after = Message.objects.filter(conversation=conversation, sequence__gt=seat.read_sequence)
    seat.unread, seat.read_at = after.exclude(sender=actor).count(), now
    seat.save(update_fields=["read_sequence", "unread", "read_at"])
    if not seat.unread:
        mark_subject_read(actor=actor, topic=MESSAGES, subject_id=conversation.pk, now=now)
    tell_read(conversation, seat, now=now)
    return seat
