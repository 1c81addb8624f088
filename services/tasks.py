"""Celery tasks of this app: ids as arguments, safe to run twice."""

from uuid import UUID

from celery import shared_task
from django.conf import settings

from marketplace.clock import utc_now
from marketplace.tasks import enqueue
from services import counters, sitemap
from services.exchange import forget_rates
from services.models import SearchEntry, ServicePage
from services.saved import alerts
from services.search import statistics, store
from services.search.engines.columns.writing import forget_written, write_changes
from services.search.reembedding import embed_anew

SWEPT = 2000
ANEW = 10_000
"""Pages of another embedder that are embedded by one run of a sweep, every ten seconds."""
ANEW_SECONDS = 5.0
"""The time that one run takes for that, more or less."""
REINDEXED = 5000
"""Pages that one run of ``reindex_pages`` takes; it calls itself for the rest."""
LONG = 2 * 3600
"""Seconds that a task may take which goes through the whole index. The broker hands it out again meanwhile: two at a
time are harmless."""


@shared_task
def embed_pages(page_ids: list[str]) -> None:
    """Computes the meaning of these pages."""
    store.put_vectors(UUID(page_id) for page_id in page_ids)


@shared_task
def sweep_vectors() -> None:
    """Embeds the pages whose task was lost, and those whose vector an earlier embedder made."""
    without = SearchEntry.objects.filter(has_vector=False).order_by("page")
    waiting = list(without.values_list("page_id", flat=True)[:SWEPT])
    store.put_vectors(waiting)
    if len(waiting) < SWEPT:
        embed_anew(most=ANEW, seconds=ANEW_SECONDS)


@shared_task(time_limit=LONG)
def count_words() -> None:
    """Counts in how many pages each word stands, which says how much it tells."""
    statistics.count_words_in_turn(now=utc_now())


@shared_task
def reindex_pages(column: str, value: str | int, after: str | None = None) -> None:
    """Indexes the published pages anew whose ``column`` has this value, from the page ``after`` on."""
    if after is None:
        forget_rates()
    pages = ServicePage.objects.published().filter(**{column: value}).order_by("pk").values_list("pk", flat=True)
    found = list(pages.filter(pk__gt=after)[:REINDEXED] if after else pages[:REINDEXED])
    store.put(found)
    if len(found) == REINDEXED:
        enqueue(reindex_pages, column, value, str(found[-1]))


@shared_task(time_limit=LONG)
def forget_search_changes() -> None:
    """Deletes what engines outside PostgreSQL have read."""
    forget_written(now=utc_now())


@shared_task(time_limit=LONG)
def write_columns() -> None:
    """Writes the files of the engine by columns, where there is one: all, or what changed."""
    if settings.SEARCH_ENGINE == "columns":
        write_changes()


@shared_task
def refresh_sitemap() -> None:
    """Brings the sitemap up to date."""
    sitemap.refresh(now=utc_now())


@shared_task
def flush_counters() -> None:
    """Adds the views and impressions of the last minute to the days."""
    counters.flush(now=utc_now())


@shared_task
def sweep_saved_searches() -> None:
    """Tells members what is new in their saved searches."""
    alerts.sweep(now=utc_now())
