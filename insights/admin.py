"""The counted rates, to look at."""

from django.contrib import admin

from insights.models import ClosedUntil, PageDay, RequestDay, RequestHour, RequestMinute
from marketplace.admin_base import ReadOnlyAdmin


@admin.register(RequestMinute, RequestHour, RequestDay)
class RateAdmin(ReadOnlyAdmin):
    """Rows of a roll-up."""

    list_display = ["start", "group", "requests", "imported"]
    list_filter = ["imported", "group"]
    list_select_related = ["group"]
    date_hierarchy = None
    ordering = ["-start"]


@admin.register(ClosedUntil)
class ClosedUntilAdmin(ReadOnlyAdmin):
    """Until when all is counted."""

    list_display = ["closed_until"]


@admin.register(PageDay)
class PageDayAdmin(ReadOnlyAdmin):
    """Numbers of pages."""

    list_display = ["day", "pages", "imported"]
    ordering = ["-day"]
