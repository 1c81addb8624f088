"""Engagements, reviews and past clients, for the host to look at. Nobody changes here what others agreed or wrote."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from engagements.models import Engagement, EngagementStatus, OutsideReview, PastClient, Review
from engagements.presentation import price_words
from marketplace.admin_base import ReadOnlyAdmin, in_tone

TONES = {
    EngagementStatus.AGREED: "accent",
    EngagementStatus.UNDER_WAY: "warn",
    EngagementStatus.COMPLETED: "good",
    EngagementStatus.CANCELLED: "bad",
}


@admin.register(Engagement)
class EngagementAdmin(ReadOnlyAdmin):
    """Who agreed on what, and how far it is."""

    list_display = ("agreed_at", "request", "client", "provider", "state", "price", "completed_at")
    list_filter = ("status", "price_type")
    search_fields = ("=id", "=client__email", "=provider__email")
    search_help_text = _("Id, or email address of one of the two")
    list_select_related = ("request", "client", "provider")
    ordering = ("-id",)  # ids begin with the time

    @admin.display(description=_("state"), ordering="status")
    def state(self, engagement: Engagement) -> SafeString:
        """The state, in its colour."""
        return in_tone(engagement.get_status_display(), TONES.get(EngagementStatus(engagement.status), ""))

    @admin.display(description=_("price"), ordering="amount")
    def price(self, engagement: Engagement) -> str:
        """What was agreed on, in words."""
        return price_words(engagement)


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Published reviews; hidden ones are for their authors alone."""

    list_display = ("published_at", "by", "rating", "engagement", "reply")
    list_filter = ("rating", "by")
    search_fields = ("=engagement__client__email", "=engagement__provider__email")
    search_help_text = _("Email address of one of the two")
    list_select_related = ("engagement",)
    ordering = ("-published_at",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Django's hook."""
        return super().get_queryset(request).filter(published_at__isnull=False)


@admin.register(PastClient)
class PastClientAdmin(ReadOnlyAdmin):
    """Whom providers invited from outside."""

    list_display = ("created_at", "page", "name", "email", "status", "expires_at")
    list_filter = ("status",)
    search_fields = ("=mailbox", "=page__member__email")
    search_help_text = _("Email address of the past client or the provider")
    list_select_related = ("page",)


@admin.register(OutsideReview)
class OutsideReviewAdmin(ReadOnlyAdmin):
    """What past clients from outside wrote."""

    list_display = ("created_at", "page", "name", "rating", "reply")
    list_filter = ("rating",)
    search_fields = ("=page__member__email",)
    search_help_text = _("Email address of the provider")
    list_select_related = ("page",)
    ordering = ("-created_at",)
