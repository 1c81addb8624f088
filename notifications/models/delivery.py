"""Deliveries: a notification on its way through one channel, with a state that the host can see."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from notifications.models.notification import Notification
from notifications.models.outgoing import ENDED, DeliveryState, Outgoing, OutgoingQuerySet


class Channel(models.TextChoices):
    """Ways by which a notification reaches a member."""

    IN_APP = "in_app", _("On the site")
    EMAIL = "email", _("Email")
    PUSH = "push", _("Push message")


class Digest(models.TextChoices):
    """The bundle in which a delivery leaves."""

    NONE = "", _("on its own")
    QUARTER_HOUR = "quarter_hour", _("every 15 minutes")
    DAILY = "daily", _("daily")


class DeliveryQuerySet(OutgoingQuerySet["Delivery"]):
    """Sets of deliveries."""

    def by_email(self) -> Self:
        """Those that leave as mail."""
        return self.filter(channel=Channel.EMAIL)

    def by_push(self) -> Self:
        """Those that leave as push messages."""
        return self.filter(channel=Channel.PUSH)


class Delivery(Outgoing):
    """One notification on its way out through one channel. What is only shown on the site (``Notification.in_app``) has
    none."""

    notification = models.ForeignKey(
        Notification,
        on_delete=models.CASCADE,
        related_name="deliveries",
        verbose_name=_("notification"),
        db_index=False,
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    digest = models.CharField(_("digest"), max_length=12, choices=Digest.choices, blank=True, default=Digest.NONE)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
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
            # The age of the oldest waiting one, for whoever watches.
            models.Index(
                fields=["wanted_at"], condition=Q(state__in=["waiting", "sending"]), name="notifications_delivery_age"
            ),
            # The health page's failures of the last day.
            models.Index(fields=["-created_at"], condition=Q(state="failed"), name="notifications_delivery_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.get_state_display()}"


class AccountMailQuerySet(OutgoingQuerySet["AccountMail"]):
    """Sets of account mail. The statement that ends one empties it, so that no secret stays behind."""

    def update(self, **changes: Any) -> int:
        """Django's; see the class."""
        if changes.get("state") in ENDED:
            changes["context"] = {}
        return super().update(**changes)

    def mark_sent(self, ids: Collection[UUID], claimed_at: datetime, *, now: datetime) -> None:
        """Through ``update``."""
        sent = {"state": DeliveryState.SENT, "sent_at": now, "last_error": "", "attempts": F("attempts") + 1}
        self.held(ids, claimed_at).update(**sent)


class AccountMail(Outgoing):
    """A mail about an account (verification, reset), written in the transaction that wants it sent.

    ``context`` holds its text, with secret codes in it, and is empty once the mail left or was given up:
    ``{"subject", "text", "html"}``.
    """

    template = models.CharField(_("template"), max_length=100)
    recipient = models.EmailField(_("recipient"))
    context = models.JSONField(default=dict)

    objects = AccountMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("account mail")
        verbose_name_plural = _("account mail")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="notifications_accountmail_state")
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="notifications_accountmail_due"),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="notifications_accountmail_held"),
            # The age of the oldest waiting one, for whoever watches.
            models.Index(
                fields=["wanted_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="notifications_accountmail_age",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} to {self.recipient}"
