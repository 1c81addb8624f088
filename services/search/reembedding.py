"""Embedding pages anew after the embedder has changed: in the background, some thousand at a time.

Meanwhile every page is found by its words, and by its meaning as its own embedder sees it (``versions``): vectors of
different embedders say nothing about each other. Where the former embedder is gone, its pages are found by words alone.
"""

from services.models import PageStatus, PageVector, SearchStatistics
from services.search import store
from services.search.embedding.chosen import embedder


def embed_anew(*, most: int) -> int:
    """Embeds at most so many of the published pages whose vector another embedder made; returns how many. One query
    once there are none left. Safe to run twice."""
    name = embedder().name
    if SearchStatistics.current().embedded_by == name:
        return 0
    others = PageVector.objects.exclude(model=name).filter(page__status=PageStatus.PUBLISHED)
    pages = list(others.values_list("page_id", flat=True)[:most])
    if not pages:
        SearchStatistics.objects.update_or_create(pk=1, defaults={"embedded_by": name})
    return store.put_vectors(pages)
