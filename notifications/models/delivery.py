"""Deliveries: a notification on its way through one channel, with a state that the host can see."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.ids import new_id
from notifications.models.notification import Notification


class Channel(models.TextChoices):
    """Ways by which a notification reaches a member."""

    IN_APP = "in_app", _("On the site")
    EMAIL = "email", _("Email")


class DeliveryState(models.TextChoices):
    """``waiting`` until ``due_at``; ``sending`` while a worker holds it; ``failed`` after the last attempt."""

    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Delivery(models.Model):
    """One notification through one channel. Claimed by a conditional UPDATE, so that nothing is sent twice.

    ``digest`` names the bundle it leaves in: "" on its own, else ``quarter_hour`` or ``daily``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    digest = models.CharField(max_length=12, blank=True, default="")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")

    class Meta:
        verbose_name_plural = _("deliveries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notification", "channel"], name="notifications_delivery_once"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="notifications_delivery_state"),
        ]
        indexes: ClassVar = [
            # The senders and the health page: what is due, oldest first.
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="notifications_delivery_due"),
            # The sweep for claims whose worker died.
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="notifications_delivery_held"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class AccountMail(models.Model):
    """A mail about an account (verification, reset): kept until it is sent, so that a mail server may be down.

    ``context`` holds what the template needs, secrets among it, and is emptied as soon as the mail left.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    template = models.CharField(max_length=100)
    recipient = models.EmailField()
    context = models.JSONField(default=dict)
    language = models.CharField(max_length=8, default="en")
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("account mail")
        verbose_name_plural = _("account mail")
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="notifications_accountmail_due"),
        ]

    def __str__(self) -> str:
        return f"{self.template} to {self.recipient}"
