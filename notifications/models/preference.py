"""What a member wants to be told, how and when."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.models.delivery import Channel


class Timing(models.TextChoices):
    """When a channel carries a topic."""

    INSTANT = "instant", _("At once")
    QUARTER_HOUR = "quarter_hour", _("Every 15 minutes")
    DAILY = "daily", _("Once a day")
    OFF = "off", _("Never")


class Preference(models.Model):
    """A member's choice for one topic and channel; where there is none, the topic's own default holds."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences"
    )
    topic = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    timing = models.CharField(max_length=12, choices=Timing.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "topic", "channel"], name="notifications_preference_once"),
            models.CheckConstraint(condition=Q(timing__in=Timing.values), name="notifications_preference_timing"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} by {self.channel}: {self.timing}"


class NotificationSettings(models.Model):
    """Hours, in the member's time zone, in which nothing is pushed or mailed, and when the daily digest leaves."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="notification_settings"
    )
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    daily_at = models.TimeField(default="08:00")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notifications_quiet_hours_both",
            )
        ]

    def __str__(self) -> str:
        return str(self.member_id)
