"""What one member is told of one event."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from marketplace.ids import new_id
from notifications.models.event import Event


class Notification(models.Model):
    """One event for one recipient. Its text is rendered when it is read or sent.

    ``in_app`` says whether the member's preferences want it in the list at ``/notifications/``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="notifications")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    topic = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    in_app = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "recipient"], name="notifications_notification_once")
        ]
        indexes: ClassVar = [
            # The member's list, newest first.
            models.Index(
                fields=["recipient", "-created_at", "-id"], condition=Q(in_app=True), name="notifications_list"
            ),
            # The unread count in the header of every page.
            models.Index(
                fields=["recipient"], condition=Q(in_app=True, read_at__isnull=True), name="notifications_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} for {self.recipient_id}"
