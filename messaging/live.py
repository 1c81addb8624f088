"""What the live streams carry of conversations: enough to know that something is new, and where to fetch it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from messaging.models import Conversation, Message, Seat
from notifications.live import entries

MOST_COUNTED = 100


def tell_sent(conversation: Conversation, message: Message, *, now: datetime) -> None:
    """Both sides learn of a new message, in all their tabs."""
    payload = {
        "kind": "message",
        "conversation": str(conversation.pk),
        "id": str(message.pk),
        "sequence": message.sequence,
        "sender": str(message.sender_id),
        "client_id": message.client_id,
        "preview": conversation.last_preview,
        "created_at": now.isoformat(),
    }
    _append(conversation, payload, now)


def tell_read(conversation: Conversation, seat: Seat, *, now: datetime) -> None:
    """Both sides learn how far one of them has read."""
    payload = {
        "kind": "read",
        "conversation": str(conversation.pk),
        "reader": str(seat.member_id),
        "sequence": seat.read_sequence,
        "created_at": now.isoformat(),
    }
    _append(conversation, payload, now)


def count_unread(member_id: UUID) -> int:
    """Conversations with something unread; 100 stands for that many and more."""
    unread = Seat.objects.filter(member=member_id, active_at__isnull=False).unread().order_by()
    return unread[:MOST_COUNTED].count()


def _append(conversation: Conversation, payload: dict[str, Any], now: datetime) -> None:
    both = (conversation.client_id, conversation.provider_id)
    entries.append("message", {each: {**payload, "unread": count_unread(each)} for each in both}, now=now)
