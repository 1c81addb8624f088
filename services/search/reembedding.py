"""Embedding pages anew after the embedder has changed: in the background, some thousand at a time.

Meanwhile every page is found by its words, and by its meaning as its own embedder sees it (``versions``): vectors of
different embedders say nothing about each other. Where the former embedder is gone, its pages are found by words alone.

An engine by columns does not have to follow this: what its files and its memory hold of a page, with the vector of
before and the name of its embedder, stays true. When all pages are embedded, the files are written anew, a segment at a
time (``columns.writing``).
"""

import time
from typing import Final
from uuid import UUID

from django.conf import settings

from services.models import PageStatus, PageVector, SearchStatistics
from services.search import store
from services.search.embedding.chosen import embedder

AT_ONCE: Final = 500
"""Pages that are embedded in one transaction."""

_reached: dict[str, UUID] = {}
"""By embedder, the page up to which this process has embedded pages: those before it need no second look until the end.
A process that knows nothing begins with the first page, and passes over what is done."""


def embed_anew(*, most: int, seconds: float = float("inf")) -> int:
    """Embeds published pages whose vector another embedder made, at most so many, and begins with no others after so
    many seconds; returns how many. One query once there are none left. May be interrupted at any point, and run twice.
    """
    begun, name = time.monotonic(), embedder().name
    kept = SearchStatistics.current()
    if kept.embedded_by == name:
        return 0
    has_files = settings.SEARCH_ENGINE == "columns" and bool(kept.columns)
    done = 0
    while done < most and time.monotonic() - begun < seconds:
        pages = _following(min(AT_ONCE, most - done))
        if not pages:
            SearchStatistics.objects.update_or_create(pk=1, defaults={"embedded_by": name})
            break
        done += store.renew_vectors(pages, is_told=not has_files)
        _reached[name] = pages[-1]
    return done


def _following(number: int) -> list[UUID]:
    """Pages with vectors of others, from where this process is; where there are no more of them, from the first that is
    published. Nothing where none is. Those that are not may be among them."""
    others = PageVector.objects.exclude(model=embedder().name).order_by("page").values_list("page_id", flat=True)
    after = _reached.pop(embedder().name, None)
    # By the vectors' own table: joined with the pages', each look would go through those from the first one on.
    found = list(others.filter(page_id__gt=after)[:number]) if after else []
    if not found:
        for first in others.filter(page__status=PageStatus.PUBLISHED)[:1]:
            found = list(others.filter(page_id__gte=first)[:number])
    return found
