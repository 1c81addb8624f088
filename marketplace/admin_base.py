"""What the admin pages of all apps share: quick lists, and nothing that can be destroyed by accident."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.errors import MarketplaceError


class PleasantAdmin(admin.ModelAdmin):
    """Lists that stay quick with a million rows, and no deletion of many at once."""

    list_per_page = 50
    show_full_result_count = False
    empty_value_display = "–"

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Django's hook: every action but the deletion of whatever is ticked."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


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
