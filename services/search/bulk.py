"""Filling the index with many new pages at once.

``prepare_bulk``, then ``add_new`` for batch after batch, then ``finish_bulk``. Where nothing is in the index yet, its
big database indexes are taken away first and built at the end, which costs a fraction of keeping them up row by row.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from django.db import DatabaseError, connection
from django.db.models import Index, Model
from pgvector import HalfVector

from marketplace.copying import copy_values
from services.models import PageStatus, PageVector, SearchEntry, SearchWord, Service, ServicePage, ServicePosting
from services.search import cells, statistics, store
from services.search.embedding.chosen import embedder

LISTS: Final = "services_posting_cell"
"""The index of the lists of services. While it is missing, these are filled at the end instead of page by page."""
SLOW: Final = frozenset(
    f"services_{name}"
    for name in (
        *("search_filters", "search_levels", "search_skills", "search_meaning", "search_spelling"),
        *("search_quality", "search_country", "search_place", "search_newest", "search_rating", "search_price"),
        *("posting_cell", "posting_place", "posting_far"),
    )
)
"""Indexes that are built several times quicker than they are kept up."""
TRIGGERS: Final = (("services_searchentry", "services_list_entry"), ("services_pagevector", "services_list_vector"))
"""What keeps the lists."""
LISTED: Final = ", ".join(
    (
        *("latitude", "longitude", "rate_eur", "quality", "available_from", "radius_km", "remote", "on_site"),
        *("taking_work", "pricing", "languages"),
    )
)
FILL: Final = f"""
INSERT INTO services_serviceposting (service_id, page_id, {LISTED}, cell, sketch, reach)
SELECT service, e.page_id, {LISTED}, coalesce(placed.cell, 0) AS cell, placed.sketch, placed.reach
FROM services_searchentry e CROSS JOIN LATERAL unnest(e.service_ids) AS service
LEFT JOIN services_pagevector v ON v.page_id = e.page_id
LEFT JOIN LATERAL services_placed(service, v.embedding) AS placed ON true
ORDER BY service, cell, e.page_id ON CONFLICT DO NOTHING
"""  # noqa: S608  our own columns
BYTES_A_PAGE: Final = 1200
"""Of a vector in the graph that is being built, with its neighbours."""
LEAST_MEMORY: Final = 64 * 2**20
"""Bytes for building an index. At most as many as the server is told that there are for its files: a graph that does
not fit into its memory takes many times as long."""


def prepare_bulk() -> None:
    """Takes the slow indexes away where nothing is in the index yet."""
    if SearchEntry.objects.exists() or PageVector.objects.exists():
        return
    _settle()
    with connection.schema_editor() as editor:
        present = _present()
        for model, index in _slow():
            if index.name in present:
                editor.remove_index(model, index)
        _keep_lists(False)


def add_new(pages: Sequence[tuple[ServicePage, Sequence[Service]]]) -> None:
    """Puts pages that were just inserted, each with its services, into the index: words and meaning, in the caller's
    transaction. Those that are not published are left out."""
    published = [(page, services) for page, services in pages if page.status == PageStatus.PUBLISHED]
    store.insert_words([page for page, _services in published], has_vector=True)
    vectors = embedder().embed([store.text_of(page, services) for page, services in published])
    rows = (
        (page.pk, embedder().name, HalfVector(vector).to_binary())
        for (page, _services), vector in zip(published, vectors, strict=True)
        if vector.any()
    )
    copy_values(PageVector, ["page_id", "model", "embedding"], rows, binary=True)


def finish_bulk() -> None:
    """Builds whatever index is missing, and counts the words. Safe to repeat."""
    statistics.count_words()
    _settle()
    if LISTS not in _present():
        _fill_lists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_bytes(current_setting('effective_cache_size'))")
        needed = max(LEAST_MEMORY, min(SearchEntry.objects.count() * BYTES_A_PAGE, cursor.fetchone()[0]))
        cursor.execute("SELECT set_config('maintenance_work_mem', %s, false)", [f"{needed // 2**20}MB"])
        for model, index in _slow():
            _build(model, index)
        cursor.execute("RESET maintenance_work_mem")


def forget_words() -> None:
    """Takes the words out of the list of known ones that no page holds any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM services_searchword WHERE word NOT IN (
                SELECT left(word, 64) FROM ts_stat('SELECT words FROM services_searchentry')
            )
            """
        )
    statistics.count_words()


def _keep_lists(on: bool) -> None:
    verb = "ENABLE" if on else "DISABLE"
    with connection.cursor() as cursor:
        for table, trigger in TRIGGERS:
            cursor.execute(f"ALTER TABLE {table} {verb} TRIGGER {trigger}")


def _fill_lists() -> None:
    """The lists in their order, each divided. What changes meanwhile lists itself."""
    _keep_lists(True)
    cells.draw_cells()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE services_servicecell")
        cursor.execute(FILL)
    cells.note_division()


def _build(model: type[Model], index: Index) -> None:
    """Builds the index unless it is there. Without parallel workers where their shared memory does not suffice."""
    if index.name in _present():
        return
    # Within somebody's transaction it cannot be built beside other people's writing.
    beside = not connection.in_atomic_block
    for workers in ("DEFAULT", "0"):
        try:
            with connection.schema_editor(atomic=not beside) as editor:
                editor.execute(f"SET max_parallel_maintenance_workers = {workers}")
                editor.execute(f"DROP INDEX IF EXISTS {editor.quote_name(index.name)}")  # what an interruption left
                editor.execute(index.create_sql(model, editor, concurrently=beside), params=None)
            break
        except DatabaseError:
            if workers == "0" or not beside:
                raise
    with connection.cursor() as cursor:
        cursor.execute("RESET max_parallel_maintenance_workers")


def _slow() -> Iterator[tuple[type[Model], Index]]:
    for model in (SearchEntry, PageVector, SearchWord, ServicePosting):
        for index in model._meta.indexes:
            if index.name in SLOW:
                yield model, index


def _present() -> set[str]:
    """The slow indexes that are there and complete."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE i.indisvalid AND c.relname = ANY(%s) AND pg_table_is_visible(c.oid)
            """,
            [list(SLOW)],
        )
        return {name for (name,) in cursor.fetchall()}


def _settle() -> None:
    """Checks now what is checked at commit: indexes of a table with open checks can be neither made nor taken away."""
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
