"""What the admin pages of all apps share: quick lists, and nothing that can be destroyed by accident."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.errors import MarketplaceError

# Nowhere is whatever is ticked deleted at once.
admin.site.disable_action("delete_selected")


class PleasantAdmin(admin.ModelAdmin):
    """Lists that stay quick with a million rows."""

    list_per_page = 50
    show_full_result_count = False
    empty_value_display = "–"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django's hook: a list is headed by what is in it."""
        named = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, named | (extra_context or {}))


class ReadOnlyAdmin(PleasantAdmin):
    """For rows that the software writes: they can be looked at and searched."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class ReadOnlyInline(admin.TabularInline):
    """Rows below another, to look at."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


def in_tone(words: object, tone: str = "") -> SafeString:
    """A state of a row as a small label. ``tone``: good, warn, bad, accent, or nothing."""
    return format_html('<span class="state{}">{}</span>', f" state--{tone}" if tone else "", words)


def do_for_each(request: HttpRequest, rows: QuerySet[Any] | Sequence[Any], act: Callable[[Any], object]) -> None:
    """Carries out a safe action for each ticked row, and says how many worked and what stood in the way of the rest."""
    done = 0
    for row in rows:
        try:
            act(row)
            done += 1
        except MarketplaceError as error:
            messages.warning(request, f"{row}: {error.message}")
    if done:
        messages.success(request, ngettext("Done for %(n)d row.", "Done for %(n)d rows.", done) % {"n": done})
    elif not rows:
        messages.info(request, _("Nothing was chosen."))
