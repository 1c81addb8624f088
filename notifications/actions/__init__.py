"""What members do with notifications."""

from notifications.actions.preferences import Choices, set_preferences, stop_mail
from notifications.actions.reading import mark_all_read, mark_read
from notifications.actions.resending import resend

__all__ = ["Choices", "mark_all_read", "mark_read", "resend", "set_preferences", "stop_mail"]
