"""Reports, and conversations without their words: staff read only what was reported, and that is written down."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.callers import member_of
from marketplace.admin_base import ReadOnlyAdmin, do_for_each
from marketplace.clock import utc_now
from messaging.actions import handle_report, note_reading
from messaging.models import Conversation, Report

MOST_SHOWN = 30
"""Messages of a conversation that was reported as a whole: the latest ones."""


class OpenFilter(admin.SimpleListFilter):
    """What still has to be looked at."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Both."""
        return [("open", _("to be looked at")), ("handled", _("handled"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the chosen state."""
        if self.value() not in ("open", "handled"):
            return queryset
        return queryset.filter(handled_at__isnull=self.value() == "open")


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """What members reported. Opening one shows what was written, and is recorded as an event."""

    list_display = ("created_at", "reason", "is_about", "reporter", "handled_at", "handled_by")
    list_filter = (OpenFilter, "reason")
    list_select_related = ("reporter", "handled_by")
    search_fields = ("=reporter__email",)
    search_help_text = _("Email address of the member who reported")
    fields = ("reason", "words", "reporter", "created_at", "written", "handled_at", "handled_by")
    readonly_fields = ("written",)
    ordering = ("-created_at",)
    actions = ("mark_handled",)

    @admin.display(description=_("about"))
    def is_about(self, report: Report) -> str:
        """A message or a conversation."""
        return str(_("a message") if report.message_id else _("a conversation"))

    @admin.display(description=_("what was written"))
    def written(self, report: Report) -> SafeString:
        """The reported message, or the latest of the conversation."""
        messages = report.conversation.messages.select_related("sender").order_by("-sequence")
        shown = messages.filter(pk=report.message_id) if report.message_id else messages[:MOST_SHOWN]
        rows = [(f"{each.created_at:%Y-%m-%d %H:%M}", each.sender.display_name, each.body) for each in shown]
        return format_html_join("", "<p>{} <strong>{}</strong>: {}</p>", reversed(rows))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's hook: somebody opens one."""
        report = self.get_object(request, object_id)
        if report is not None and self.has_view_permission(request, report):
            note_reading(actor=member_of(request), report=report, now=utc_now())
        return super().change_view(request, object_id, form_url, extra_context)

    def has_handle_permission(self, request: HttpRequest) -> bool:
        """Who may say that a report is dealt with."""
        return request.user.has_perm("messaging.change_report")

    @admin.action(description=_("Mark as handled"), permissions=["handle"])
    def mark_handled(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        """The staff have dealt with the ticked ones."""
        actor, now = member_of(request), utc_now()
        do_for_each(request, reports, lambda each: handle_report(actor=actor, report=each, now=now))


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    """Who talks with whom about what, and how much; not what."""

    list_display = ("created_at", "request", "client", "provider", "last_sequence", "last_message_at")
    list_select_related = ("request", "client", "provider")
    search_fields = ("=client__email", "=provider__email")
    search_help_text = _("Email address of one of the two")
    exclude = ("last_preview",)
    ordering = ("-created_at",)
