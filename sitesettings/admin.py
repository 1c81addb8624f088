"""The admin page of the site's settings: one form, in sections."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from marketplace.admin_base import PleasantAdmin
from sitesettings.models import SiteSettings
from sitesettings.tools import shown_tools

# Written when a page is, so that a new name shows at once.
admin.site.site_header = admin.site.site_title = lazy(lambda: SiteSettings.current().name, str)()
admin.site.index_title = _("Administration")
# Lists need the width, and the start page is one click away.
admin.site.enable_nav_sidebar = False
MARKDOWN = _("Markdown. While it is empty, a plain text that comes with the software stands there.")


@admin.register(SiteSettings)
class SiteSettingsAdmin(PleasantAdmin):
    """There is one row; the list leads straight to it."""

    change_form_template = "sitesettings/admin_form.html"
    save_on_top = True
    readonly_fields = ("updated_at",)
    fieldsets = (
        (_("The site"), {"fields": ("name", "tagline", "logo")}),
        (
            _("Members"),
            {"fields": ("signup_open",), "description": _("While sign-up is closed, members go on logging in.")},
        ),
        (
            _("Mail"),
            {
                "fields": ("sender_name", "sender_email"),
                "description": _("Whom mail comes from. Your mail server must be allowed to send for the address."),
            },
        ),
        (
            _("Requests"),
            {
                "fields": ("proposals_per_request", "request_days_open", "reminder_days_before"),
                "description": _("New values count for requests that are published from then on."),
            },
        ),
        (
            _("Matching"),
            {
                "fields": ("wave_size", "wave_hours", "wave_wanted_proposals", "daily_leads_per_provider"),
                "description": _("A request goes to a wave of providers; if too few answer in time, another follows."),
            },
        ),
        (
            _("Proposals"),
            {
                "fields": ("daily_proposals_new", "daily_proposals_most"),
                "description": _("The number a day grows between the two with time and with proposals accepted."),
            },
        ),
        (_("Money"), {"fields": ("fee_percent",), "description": _("It is printed before anyone agrees to anything.")}),
        (_("Legal texts"), {"fields": ("terms", "privacy", "imprint", "contact"), "description": MARKDOWN}),
        (None, {"fields": ("updated_at",)}),
    )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """There is exactly one row."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """There is exactly one row."""
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> SiteSettings | None:
        """The row, made where it is missing."""
        SiteSettings.objects.get_or_create(pk=1)
        return super().get_object(request, object_id, from_field)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Leads to the row."""
        if self.has_view_permission(request):
            return redirect("admin:sitesettings_sitesettings_change", 1)
        return super().changelist_view(request, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Adds the tools."""
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "tools": shown_tools()})
