"""Data of the notifications app."""

from notifications.models.delivery import AccountMail, Channel, Delivery, DeliveryState
from notifications.models.event import Event
from notifications.models.notification import Notification
from notifications.models.preference import NotificationSettings, Preference, Timing
from notifications.models.stream import StreamEntry, StreamPosition

__all__ = [
    "AccountMail",
    "Channel",
    "Delivery",
    "DeliveryState",
    "Event",
    "Notification",
    "NotificationSettings",
    "Preference",
    "StreamEntry",
    "StreamPosition",
    "Timing",
]
