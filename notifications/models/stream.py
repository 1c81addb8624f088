"""The durable sequence of what is streamed to a member."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class StreamPosition(models.Model):
    """The last number given out for a member. Its row lock is held to commit, so numbers appear in their order."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.member_id}: {self.last}"


class StreamEntry(models.Model):
    """One server-sent event for one member, replayed after a reconnect; a sweep forgets old ones."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    sequence = models.BigIntegerField()
    event_type = models.CharField(max_length=20)
    payload = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "stream entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "sequence"], name="notifications_stream_sequence")
        ]
        # The sweep that forgets entries older than a week.
        indexes: ClassVar = [models.Index(fields=["created_at"], name="notifications_stream_age")]

    def __str__(self) -> str:
        return f"{self.member_id}/{self.sequence}"
