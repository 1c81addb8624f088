"""Notifications as the API and the live stream write them, and the input that the API takes."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from marketplace.api import StrictSerializer
from notifications.models import Notification
from notifications.rendering import absolute
from notifications.topics import Message

MOST_IDS = 1000


class SubjectSerializer(serializers.Serializer[Any]):
    """What a notification is about."""

    type = serializers.CharField()
    id = serializers.CharField()


class NotificationSerializer(serializers.Serializer[Any]):
    """One notification. Describes what ``represent`` makes."""

    id = serializers.UUIDField()
    kind = serializers.CharField(help_text="Kind of the event, such as request.matched.")
    subject = SubjectSerializer()
    url = serializers.URLField(help_text="Where it leads.")
    text = serializers.CharField(help_text="In the member's language.")
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class UnreadSerializer(serializers.Serializer[Any]):
    """How many notifications are unread; 100 stands for that many and more."""

    unread = serializers.IntegerField()


class ReadSerializer(StrictSerializer):
    """Which notifications were read: some, or all."""

    ids = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_IDS, required=False)
    all = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Either of the two, not both."""
        if ("ids" in attrs) == bool(attrs.get("all")):
            raise serializers.ValidationError(_("Give either ids, or all: true."), code="ids_or_all")
        return attrs


def represent(notification: Notification, message: Message) -> dict[str, Any]:
    """The notification, whose event is loaded, with its message, as ``NotificationSerializer`` describes it."""
    event = notification.event
    return {
        "id": notification.pk,
        "kind": event.kind,
        "subject": {"type": event.subject_type, "id": event.subject_id},
        "url": absolute(message.url),
        "text": message.text,
        "created_at": notification.created_at,
        "read_at": notification.read_at,
    }
