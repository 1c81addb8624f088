"""Data of the notifications app."""

from notifications.models.delivery import AccountMail, Channel, Delivery, Digest
from notifications.models.event import Event
from notifications.models.notification import Notification
from notifications.models.outgoing import DeliveryState, Outgoing
from notifications.models.preference import NotificationSettings, Preference, Timing
from notifications.models.push import PushKeys, PushSubscription
from notifications.models.stream import StreamEntry, StreamPosition

__all__ = [
    "AccountMail",
    "Channel",
    "Delivery",
    "DeliveryState",
    "Digest",
    "Event",
    "Notification",
    "NotificationSettings",
    "Outgoing",
    "Preference",
    "PushKeys",
    "PushSubscription",
    "StreamEntry",
    "StreamPosition",
    "Timing",
]
