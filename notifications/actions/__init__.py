"""What members do with notifications."""

from notifications.actions.preferences import Choices, set_preferences, stop_mail
from notifications.actions.push import add_browser, remove_browser, remove_endpoint, renew_browser
from notifications.actions.reading import mark_all_read, mark_read, mark_subject_read
from notifications.actions.resending import resend

__all__ = [
    "Choices",
    "add_browser",
    "mark_all_read",
    "mark_read",
    "mark_subject_read",
    "remove_browser",
    "remove_endpoint",
    "renew_browser",
    "resend",
    "set_preferences",
    "stop_mail",
]
