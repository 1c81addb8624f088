"""Deliveries and what led to them, for the host to see; what failed can be sent again."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.callers import member_of
from marketplace.admin_base import ReadOnlyAdmin, do_for_each, in_tone
from marketplace.clock import utc_now
from notifications.actions import resend
from notifications.health import measure
from notifications.models import AccountMail, Channel, Delivery, DeliveryState, Event, Notification
from notifications.topics import all_topics

SECOND = timedelta(seconds=1)
MOST_ERROR = 80
"""Characters of an error in a list; the row itself shows all of it."""
TONES = {
    DeliveryState.SENT: "good",
    DeliveryState.WAITING: "warn",
    DeliveryState.SENDING: "warn",
    DeliveryState.FAILED: "bad",
}


def topic_name(key: str) -> str:
    """A topic as members know it; its key where no app announces it any more."""
    return next((str(topic.label) for topic in all_topics() if topic.key == key), key)


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


class ChannelFilter(admin.SimpleListFilter):
    """By channel, of those that leave the site: what stands in a member's list is no delivery any more."""

    title = gettext_lazy("channel")
    parameter_name = "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """Email and push messages."""
        return [(channel.value, str(channel.label)) for channel in Channel if channel != Channel.IN_APP]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the chosen channel."""
        return queryset.filter(channel=self.value()) if self.value() else queryset


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
    ordering = ("-id",)  # ids begin with the time


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """Who was told."""

    list_display = ("created_at", "about", "recipient", "in_app", "read_at")
    list_filter = (TopicFilter,)
    search_fields = ("=recipient__email",)
    search_help_text = gettext_lazy("Email address of the member")
    list_select_related = ("recipient",)
    ordering = ("-id",)  # ids begin with the time

    @admin.display(description=gettext_lazy("topic"), ordering="topic")
    def about(self, notification: Notification) -> str:
        """What it is about."""
        return topic_name(notification.topic)


class OutgoingAdmin(ReadOnlyAdmin):
    """Lists of what leaves, with how it is going in the title."""

    ordering = ("-id",)  # ids begin with the time
    search_help_text = gettext_lazy("Email address of the member")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def progress(self, outgoing: Any) -> SafeString:
        """The state, in its colour."""
        return in_tone(outgoing.get_state_display(), TONES.get(DeliveryState(outgoing.state), ""))

    @admin.display(description=gettext_lazy("next attempt"), ordering="due_at")
    def next_attempt(self, outgoing: Any) -> Any:
        """When it leaves, while it waits."""
        return outgoing.due_at if outgoing.state == DeliveryState.WAITING else None

    @admin.display(description=gettext_lazy("last error"), ordering="last_error")
    def error(self, outgoing: Any) -> str:
        """The beginning of what went wrong last."""
        return Truncator(outgoing.last_error).chars(MOST_ERROR)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django's hook."""
        found = measure(now=utc_now())
        words = _("late: %(late)s, the oldest for %(wait)s; failed in 24 hours: %(failed)s") % {
            "late": found.late,
            "wait": found.oldest_wait // SECOND * SECOND,
            "failed": found.failed,
        }
        named = {"title": capfirst(self.opts.verbose_name_plural), "subtitle": capfirst(words)}
        return super().changelist_view(request, named | (extra_context or {}))


@admin.register(Delivery)
class DeliveryAdmin(OutgoingAdmin):
    """How members were reached."""

    list_display = ("created_at", "recipient", "topic", "channel", "progress", "next_attempt", "attempts", "error")
    list_filter = ("state", ChannelFilter, "digest", DeliveryTopicFilter)
    search_fields = ("=notification__recipient__email",)
    list_select_related = ("notification__recipient",)
    actions = ("send_again",)

    @admin.display(description=gettext_lazy("recipient"))
    def recipient(self, delivery: Delivery) -> str:
        """Whom it is for."""
        return delivery.notification.recipient.email

    @admin.display(description=gettext_lazy("topic"))
    def topic(self, delivery: Delivery) -> str:
        """What it is about."""
        return topic_name(delivery.notification.topic)

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

    list_display = ("created_at", "template", "recipient", "progress", "next_attempt", "attempts", "error")
    list_filter = ("state",)
    search_fields = ("=recipient",)
    exclude = ("context",)
