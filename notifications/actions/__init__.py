"""What members do with notifications."""

from notifications.actions.preferences import Choices, set_preferences, stop_mail
from notifications.actions.reading import mark_all_read, mark_read

__all__ = ["Choices", "mark_all_read", "mark_read", "set_preferences", "stop_mail"]
