"""Celery tasks of the search index: ids as arguments, safe to run twice."""

from uuid import UUID

from celery import shared_task

from services.models import SearchEntry
from services.search import plan, store

SWEPT = 2000


@shared_task
def embed_pages(page_ids: list[str]) -> None:
    """Computes the meaning of these pages."""
    store.put_vectors(UUID(page_id) for page_id in page_ids)


@shared_task
def sweep_vectors() -> None:
    """Embeds the pages whose task was lost."""
    waiting = SearchEntry.objects.filter(has_vector=False).order_by("page").values_list("page_id", flat=True)
    store.put_vectors(list(waiting[:SWEPT]))


@shared_task
def count_words() -> None:
    """Counts in how many pages each word stands, which says how much it tells."""
    plan.count_words()
