"""The sitemap: chunks of pages by their ids, which ten million pages do not slow down.

No statement counts or skips rows: borders of chunks are stored, and only what came after the last one is looked at.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from services.models import ServicePage, SitemapChunk

PAGES = 10_000
"""Pages of a chunk, drafts included, so a file lists at most as many (the protocol allows 50,000)."""
LOCK = 0x517E3A9
LATE = timedelta(minutes=5)
"""How long after its time of change a transaction may become visible."""

TOUCH = """
UPDATE services_sitemapchunk chunk SET changed_at = found.changed_at
FROM (
    SELECT own.first_page, max(page.updated_at) AS changed_at
    FROM services_servicepage page
    CROSS JOIN LATERAL (
        SELECT first_page FROM services_sitemapchunk WHERE first_page <= page.id ORDER BY first_page DESC LIMIT 1
    ) own
    WHERE page.updated_at > %s GROUP BY own.first_page
) found
WHERE found.first_page = chunk.first_page AND found.changed_at > chunk.changed_at
"""


class Entry(NamedTuple):
    """One page in the sitemap."""

    slug: str
    changed_at: datetime


@transaction.atomic
def refresh(*, now: datetime) -> None:
    """Adds chunks for new pages and notes which chunks changed. Safe to repeat, and from two processes at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        newest = SitemapChunk.objects.order_by("-changed_at").values_list("changed_at", flat=True).first()
        SitemapChunk.objects.bulk_create(SitemapChunk(first_page=first, changed_at=now) for first in _new_borders())
        if newest is not None:
            cursor.execute(TOUCH, [newest - LATE])


def _new_borders() -> Iterator[UUID]:
    """First pages of the chunks that are not there yet."""
    pages = ServicePage.objects.order_by("pk").values_list("pk", flat=True)
    last = SitemapChunk.objects.order_by("-first_page").values_list("first_page", flat=True).first()
    if last is None:
        last = pages.first()
        if last is None:
            return
        yield last
    while (border := pages.filter(pk__gte=last)[PAGES : PAGES + 1].first()) is not None:
        yield border
        last = border


def chunks(*, now: datetime) -> list[SitemapChunk]:
    """All chunks; a site that was never asked before makes them first."""
    found = list(SitemapChunk.objects.all())
    if not found and ServicePage.objects.exists():
        refresh(now=now)
        found = list(SitemapChunk.objects.all())
    return found


def entries(chunk: SitemapChunk) -> Iterator[Entry]:
    """The published pages of a chunk. Two queries."""
    after = SitemapChunk.objects.filter(first_page__gt=chunk.first_page).values_list("first_page", flat=True).first()
    pages = ServicePage.objects.published().filter(pk__gte=chunk.first_page).order_by("pk")
    if after is not None:
        pages = pages.filter(pk__lt=after)
    return (Entry(slug, changed_at) for slug, changed_at in pages.values_list("slug", "updated_at"))
