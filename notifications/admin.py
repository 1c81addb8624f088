"""Deliveries and what led to them, for the host to see; what failed can be sent again."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.callers import member_of
from marketplace.admin_base import ReadOnlyAdmin, do_for_each
from marketplace.clock import utc_now
from notifications.actions import resend
from notifications.health import measure
from notifications.models import AccountMail, Delivery, Event, Notification
from notifications.topics import all_topics

SECOND = timedelta(seconds=1)


class TopicFilter(admin.SimpleListFilter):
    """By topic, from the registry: asking the table for its values would read all of it."""

    title = gettext_lazy("topic")
    parameter_name = "topic"
    column = "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """All topics there are."""
        return [(topic.key, str(topic.label)) for topic in all_topics()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the chosen topic."""
        return queryset.filter(**{self.column: self.value()}) if self.value() else queryset


class DeliveryTopicFilter(TopicFilter):
    """The same for deliveries."""

    column = "notification__topic"


class KindFilter(admin.SimpleListFilter):
    """By kind, of those that members are told of."""

    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """All kinds that a topic tells of."""
        return [(kind, kind) for kind in sorted({kind for topic in all_topics() for kind in topic.kinds})]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the chosen kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


class ProgressFilter(admin.SimpleListFilter):
    """Events whose fan-out has not finished, and those where it failed."""

    title = gettext_lazy("fan-out")
    parameter_name = "fan_out"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """Both."""
        return [("open", _("not finished")), ("failing", _("failing"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Served by the index of open events."""
        conditions = {"open": Q(), "failing": ~Q(fan_out_error="")}
        chosen = conditions.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(chosen, fanned_out_at__isnull=True)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """What happened."""

    list_display = ("created_at", "kind", "subject_type", "subject_id", "actor", "fanned_out_at", "fan_out_error")
    list_filter = (ProgressFilter, KindFilter)
    search_fields = ("=subject_id",)
    search_help_text = gettext_lazy("Id of the subject")
    list_select_related = ("actor",)
    ordering = ("-created_at",)


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """Who was told."""

    list_display = ("created_at", "topic", "recipient", "in_app", "read_at")
    list_filter = (TopicFilter,)
    search_fields = ("=recipient__email",)
    search_help_text = gettext_lazy("Email address of the member")
    list_select_related = ("recipient",)


class OutgoingAdmin(ReadOnlyAdmin):
    """Lists of what leaves, with how it is going in the title."""

    ordering = ("-created_at",)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django's hook."""
        found = measure(now=utc_now())
        words = _("late: %(late)s, the oldest for %(wait)s; failed in 24 hours: %(failed)s") % {
            "late": found.late,
            "wait": found.oldest_wait // SECOND * SECOND,
            "failed": found.failed,
        }
        title = f"{self.opts.verbose_name_plural} ({words})"
        return super().changelist_view(request, {"title": title} | (extra_context or {}))


@admin.register(Delivery)
class DeliveryAdmin(OutgoingAdmin):
    """How members were reached."""

    list_display = (
        "created_at",
        "recipient",
        "topic",
        "channel",
        "state",
        "digest",
        "due_at",
        "attempts",
        "last_error",
    )
    list_filter = ("state", "channel", "digest", DeliveryTopicFilter)
    search_fields = ("=notification__recipient__email",)
    search_help_text = gettext_lazy("Email address of the member")
    list_select_related = ("notification__recipient",)
    actions = ("send_again",)

    @admin.display(description=gettext_lazy("recipient"))
    def recipient(self, delivery: Delivery) -> str:
        """Whom it is for."""
        return delivery.notification.recipient.email

    @admin.display(description=gettext_lazy("topic"))
    def topic(self, delivery: Delivery) -> str:
        """What it is about."""
        return delivery.notification.topic

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Who may send again."""
        return request.user.has_perm("notifications.change_delivery")

    @admin.action(description=gettext_lazy("Send again what failed"), permissions=["send"])
    def send_again(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        """Mail that failed leaves at once; what waits, was sent or is unwanted stays as it is."""
        actor, now = member_of(request), utc_now()
        do_for_each(request, deliveries, lambda each: resend(actor=actor, delivery=each, now=now))


@admin.register(AccountMail)
class AccountMailAdmin(OutgoingAdmin):
    """Mail about accounts. Its contents hold secrets and are not shown; what failed is asked for anew by its reader."""

    list_display = ("created_at", "template", "recipient", "state", "due_at", "attempts", "last_error")
    list_filter = ("state",)
    search_fields = ("=recipient",)
    search_help_text = gettext_lazy("Email address")
    exclude = ("context",)
