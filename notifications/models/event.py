"""Events: what happened, written in the transaction in which it happened."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from marketplace.clock import utc_now
from marketplace.ids import new_id


class Event(models.Model):
    """One fact, such as ``request.published``. Timeline, audit log, notifications and webhooks all come from this row.

    The subject is named by type and id, not by a foreign key: events outlive their subjects. ``data`` holds ids and
    small facts, never rendered text. Where its fan-out has not finished by ``sweep_at``, the sweeper tries it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    fanned_out_at = models.DateTimeField(null=True)
    sweep_at = models.DateTimeField(default=utc_now)
    fan_out_attempts = models.PositiveSmallIntegerField(default=0)
    fan_out_error = models.TextField(blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            # The timeline of one subject.
            models.Index(fields=["subject_type", "subject_id", "created_at"], name="notifications_event_subject"),
            # The sweeper: events whose fan-out never finished.
            models.Index(fields=["sweep_at"], condition=Q(fanned_out_at__isnull=True), name="notifications_event_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type} {self.subject_id}"
