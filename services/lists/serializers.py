"""Shape of the API's input and answers about lists of pages."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from marketplace.api import StrictSerializer
from services.models import ListedPage, PageList, PageStatus


class PageListInput(StrictSerializer):
    """The name of a list."""

    name = serializers.CharField()


class ListedPageInput(StrictSerializer):
    """What is kept of a page beside itself; without a note the present one stays."""

    note = serializers.CharField(required=False, allow_blank=True)


class PageListSerializer(serializers.Serializer[Any]):
    """A list. ``share_url`` is null unless it is shared."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    is_default = serializers.BooleanField()
    pages = serializers.IntegerField()
    share_url = serializers.URLField(allow_null=True)
    created_at = serializers.DateTimeField()

    def to_representation(self, found: PageList) -> dict[str, Any]:
        """The answer; the row is annotated with ``pages``."""
        return {
            "id": found.pk,
            "name": found.name,
            "is_default": found.is_default,
            "pages": getattr(found, "pages", 0),
            "share_url": f"{settings.SITE_ORIGIN}/lists/{found.token}/" if found.token else None,
            "created_at": found.created_at,
        }


class ListedPageSerializer(serializers.Serializer[Any]):
    """A page on a list, published at present or not."""

    page = serializers.UUIDField()
    slug = serializers.CharField()
    title = serializers.CharField()
    published = serializers.BooleanField()
    note = serializers.CharField(allow_blank=True)
    added_at = serializers.DateTimeField()

    def to_representation(self, listed: ListedPage) -> dict[str, Any]:
        """The answer."""
        return {
            "page": listed.page_id,
            "slug": listed.page.slug,
            "title": listed.page.title,
            "published": listed.page.status == PageStatus.PUBLISHED,
            "note": listed.note,
            "added_at": listed.added_at,
        }
