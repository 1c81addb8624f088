"""What members do in conversations."""

from messaging.actions.opening import find_conversation, open_answered, open_conversation
from messaging.actions.reading import mark_read
from messaging.actions.reporting import handle_report, note_reading, report
from messaging.actions.sending import begin_conversation, send_message

__all__ = [
    "begin_conversation",
    "find_conversation",
    "handle_report",
    "mark_read",
    "note_reading",
    "open_answered",
    "open_conversation",
    "report",
    "send_message",
]
