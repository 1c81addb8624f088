"""What one member is told of one event."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Model, Q

from marketplace.ids import new_id
from notifications.models.event import Event

MOST_COUNTED = 100


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Sets of notifications."""

    def visible_to(self, member: Model) -> Self:
        """Those in the member's own list."""
        return self.filter(recipient=member.pk, in_app=True)

    def unread(self) -> Self:
        """Those not read yet."""
        return self.filter(read_at__isnull=True)

    def count_unread(self) -> int:
        """How many are unread; 100 stands for that many and more, so that a neglected list costs nothing."""
        return self.unread().order_by()[:MOST_COUNTED].count()


class Notification(models.Model):
    """One event for one recipient. Its text is rendered when it is read or sent.

    ``in_app`` says whether the member's preferences want it in the list at ``/notifications/``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="notifications", db_index=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications", db_index=False
    )
    topic = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    in_app = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "recipient"], name="notifications_notification_once")
        ]
        indexes: ClassVar = [
            # The member's list, newest first; all that she was told of goes with her.
            models.Index(fields=["recipient", "-created_at", "-id"], name="notifications_of_member"),
            # The unread count in the header of every page.
            models.Index(
                fields=["recipient"], condition=Q(in_app=True, read_at__isnull=True), name="notifications_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} for {self.recipient_id}"
