"""Browsers that take push messages, and the key pair by which their services know this site."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from marketplace.ids import new_id


class PushKeys(models.Model):
    """The site's VAPID key pair (RFC 8292), in PEM. One row, with id 1, made when the database is.

    Subscriptions are bound to it: with other keys every browser would have to be asked again.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    private_key = models.TextField()
    public_key = models.TextField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="notifications_pushkeys_one_row")]

    def __str__(self) -> str:
        return "VAPID"


class PushSubscription(models.Model):
    """One browser of a member's, as its push service named it. ``p256dh`` and ``auth`` are RFC 8291's, in base64url."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    browser = models.CharField(max_length=80, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.browser or self.endpoint
