"""Deliveries and what led to them, for the host to see; what failed can be sent again."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from marketplace.admin_base import ReadOnlyAdmin, do_for_each
from marketplace.clock import utc_now
from notifications.actions import resend
from notifications.models import AccountMail, Delivery, Event, Notification


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """What happened."""

    list_display = ["created_at", "kind", "subject_type", "subject_id", "actor", "fanned_out_at"]
    list_filter = ["kind", "subject_type"]
    search_fields = ["=subject_id"]
    list_select_related = ["actor"]
    ordering = ["-created_at"]


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """Who was told."""

    list_display = ["created_at", "topic", "recipient", "in_app", "read_at"]
    list_filter = ["topic", "in_app"]
    search_fields = ["recipient__email"]
    list_select_related = ["recipient"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """How it reached them."""

    list_display = [
        "created_at",
        "recipient",
        "topic",
        "channel",
        "state",
        "digest",
        "due_at",
        "attempts",
        "last_error",
    ]
    list_filter = ["state", "channel", "digest"]
    search_fields = ["notification__recipient__email"]
    list_select_related = ["notification__recipient"]
    ordering = ["-created_at"]
    actions = ["send_again"]

    @admin.display(description=_("recipient"))
    def recipient(self, delivery: Delivery) -> str:
        """Whom it is for."""
        return str(delivery.notification.recipient)

    @admin.display(description=_("topic"))
    def topic(self, delivery: Delivery) -> str:
        """What it is about."""
        return delivery.notification.topic

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No form, but the action below."""
        return obj is None and request.user.has_perm("notifications.change_delivery")

    @admin.action(description=_("Send again what failed"), permissions=["change"])
    def send_again(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        """Mail that failed leaves at once; what waits, was sent or is unwanted stays as it is."""
        now = utc_now()
        do_for_each(request, deliveries, lambda each: resend(delivery=each, now=now))


@admin.register(AccountMail)
class AccountMailAdmin(ReadOnlyAdmin):
    """Mail about accounts. Its contents hold secrets and are not shown."""

    list_display = ["created_at", "template", "recipient", "state", "due_at", "attempts", "last_error"]
    list_filter = ["state", "template"]
    search_fields = ["recipient"]
    exclude = ["context"]
    ordering = ["-created_at"]
