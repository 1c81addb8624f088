"""Data of the messaging app."""

from messaging.models.conversation import Conversation, ConversationQuerySet, Seat, SeatQuerySet
from messaging.models.message import LONGEST_BODY, LONGEST_CLIENT_ID, Message, MessageQuerySet
from messaging.models.report import Report, ReportReason

__all__ = [
    "LONGEST_BODY",
    "LONGEST_CLIENT_ID",
    "Conversation",
    "ConversationQuerySet",
    "Message",
    "MessageQuerySet",
    "Report",
    "ReportReason",
    "Seat",
    "SeatQuerySet",
]
