"""Admin pages of what members keep for themselves: saved searches and lists. Notes on lists are nobody's but theirs."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.callers import member_of
from marketplace.admin_base import ReadOnlyAdmin, do_for_each
from marketplace.clock import utc_now
from services.actions import silence_search, stop_sharing
from services.models import ListedPage, PageList, SavedSearch
from services.saved.kinds import all_kinds, kind_of


class KindFilter(admin.SimpleListFilter):
    """What is searched."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """All kinds that there are."""
        return [(kind.key, kind.label) for kind in all_kinds()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the chosen kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


class SharedFilter(admin.SimpleListFilter):
    """Who can see a list."""

    title = _("sharing")
    parameter_name = "shared"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Both."""
        return [("yes", _("shared by a link")), ("no", _("private"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the chosen state."""
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(token__isnull=self.value() == "no")


@admin.register(SavedSearch)
class SavedSearchAdmin(ReadOnlyAdmin):
    """What members want to be told of, and how often."""

    list_display = ("name", "member", "kind", "alert", "new_count", "created_at", "checked_until")
    list_filter = (KindFilter, "alert")
    list_select_related = ("member",)
    search_fields = ("=member__email", "name")
    search_help_text = _("Email address of the member, or a part of the name")
    fields = ("name", "member", "in_words", "there", "alert", "due_at", "checked_until", "new_count", "created_at")
    readonly_fields = ("in_words", "there")
    ordering = ("-id",)
    actions = ("silence",)

    @admin.display(description=_("search"))
    def in_words(self, search: SavedSearch) -> str:
        """The search as its member reads it."""
        words = kind_of(search.kind).describe([search.given], "en")[0]
        return ", ".join(words) if words else str(_("The search does not understand it any more."))

    @admin.display(description=_("results"))
    def there(self, search: SavedSearch) -> SafeString:
        """The way to what it finds now."""
        return format_html('<a href="{0}">{0}</a>', kind_of(search.kind).shown(search.given, "en"))

    @admin.action(description=_("Turn alerts off"))
    def silence(self, request: HttpRequest, searches: QuerySet[SavedSearch]) -> None:
        """The members are told nothing of the ticked searches until they turn them on again."""
        actor, now = member_of(request), utc_now()
        do_for_each(request, searches, lambda search: silence_search(actor=actor, search=search, now=now))


@admin.register(PageList)
class PageListAdmin(ReadOnlyAdmin):
    """Lists of pages."""

    list_display = ("name", "member", "pages", "is_shared", "created_at")
    list_filter = (SharedFilter,)
    list_select_related = ("member",)
    search_fields = ("=member__email", "name")
    search_help_text = _("Email address of the member, or a part of the name")
    fields = ("name", "member", "is_default", "is_shared", "created_at", "listed_pages")
    readonly_fields = ("is_shared", "listed_pages")
    ordering = ("-id",)
    actions = ("unshare",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PageList]:
        """With the number of pages, counted for the rows that are shown only."""
        listed = ListedPage.objects.filter(list=OuterRef("pk")).order_by().values("list")
        count = Subquery(listed.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
        lists: QuerySet[PageList] = super().get_queryset(request)
        return lists.annotate(page_count=count)

    @admin.display(description=_("pages"))
    def pages(self, page_list: PageList) -> int:
        """How many pages are on it."""
        return getattr(page_list, "page_count", 0) or 0

    @admin.display(description=_("shared"), boolean=True)
    def is_shared(self, page_list: PageList) -> bool:
        """Whether there is a link to it. The link itself is for those to whom the member gave it."""
        return page_list.token is not None

    @admin.display(description=_("pages on it"))
    def listed_pages(self, page_list: PageList) -> SafeString:
        """The pages, newest first, without notes."""
        rows = page_list.listed.select_related("page").defer("note")
        links = ((reverse("admin:services_servicepage_change", args=[row.page_id]), row.page) for row in rows)
        return format_html_join(SafeString("<br>"), '<a href="{}">{}</a>', links)

    @admin.action(description=_("Stop sharing"))
    def unshare(self, request: HttpRequest, lists: QuerySet[PageList]) -> None:
        """The links to the ticked lists lead nowhere from now on."""
        actor, now = member_of(request), utc_now()
        do_for_each(request, lists, lambda page_list: stop_sharing(actor=actor, page_list=page_list, now=now))
