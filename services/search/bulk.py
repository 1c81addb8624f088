"""Filling the index with many new pages at once.

``prepare_bulk``, then ``add_new`` for batch after batch, then ``finish_bulk``. Where nothing is in the index yet, its
big database indexes are taken away first and built at the end, and pages listed then, which costs a fraction of keeping
all that up row by row.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Index, Model
from pgvector import HalfVector

from marketplace.copying import copy_binary, copy_values
from services.models import PageStatus, PageVector, SearchEntry, SearchWord, Service, ServicePage, ServicePosting
from services.search import cells, placing, statistics, store
from services.search.embedding.chosen import embedder
from services.search.engines.columns import writing

LISTS: Final = "services_posting_cell"
"""The index of the lists of services. While it is missing, these are filled at the end instead of page by page."""
SLOW: Final = frozenset(
    f"services_{name}"
    for name in (
        *("search_filters", "search_levels", "search_skills", "search_spelling"),
        *("search_quality", "search_country", "search_place", "search_newest", "search_rating", "search_price"),
        *("posting_cell", "posting_place", "posting_far", "posting_nowhere"),
    )
)
"""Indexes that are built several times quicker than they are kept up."""
TRIGGERS: Final = (
    ("services_searchentry", "services_list_entry"),
    ("services_pagevector", "services_list_vector"),
    ("services_searchentry", "services_search_changes"),
)
"""What keeps the lists, and notes changes for the engine by columns, which reads everything at the end."""
LISTED: Final = ", ".join(
    (
        *("latitude", "longitude", "rate_eur", "quality", "available_from", "radius_km", "remote", "on_site"),
        *("taking_work", "pricing", "languages"),
    )
)
PLACES: Final = """
CREATE TEMPORARY TABLE services_placed_pages (
    service_id int, page_id uuid, cell int, sketch bit(256), reach float8
)
"""
PLACED: Final = "COPY services_placed_pages FROM STDIN (FORMAT binary)"
FILL: Final = f"""
INSERT INTO services_serviceposting (service_id, page_id, {LISTED}, cell, sketch, reach)
SELECT listed.service_id, e.page_id, {LISTED}, coalesce(placed.cell, 0) AS cell, placed.sketch, placed.reach
FROM services_searchentry e CROSS JOIN LATERAL unnest(e.service_ids) AS listed (service_id)
LEFT JOIN services_placed_pages placed ON placed.page_id = e.page_id AND placed.service_id = listed.service_id
ORDER BY listed.service_id, cell, e.page_id
"""  # noqa: S608  our own columns
MEMORY: Final = 256 * 2**20
"""Bytes for putting the lists in their order."""
BUILDING: Final = 512 * 2**20
"""Bytes for building an index."""
Tell = Callable[[str, int, int], None]
"""Called with what is done, how much of it, and how much that is in all."""
TOLD_SECONDS: Final = 1.0
"""What takes longer is told of."""


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


def finish_bulk(tell: Tell | None = None) -> None:
    """Builds whatever index is missing, and counts the words. Safe to repeat. Tells of each part that takes long."""
    tell = tell or _untold
    with _telling("Counting words", tell):
        statistics.count_words()
    _settle()
    if LISTS not in _present():
        with _telling("Lists of pages", tell):
            _fill_lists(tell)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('maintenance_work_mem', %s, false)", [f"{BUILDING // 2**20}MB"])
        for model, index in _slow():
            with _telling(index.name.removeprefix("services_"), tell):
                _build(model, index)
        cursor.execute("RESET maintenance_work_mem")
    if settings.SEARCH_ENGINE == "columns":
        writing.write_changes(tell)


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


def _untold(_step: str, _done: int, _total: int) -> None:
    """Nobody wants to know."""


@contextmanager
def _telling(step: str, tell: Tell) -> Iterator[None]:
    begun = time.monotonic()
    yield
    if time.monotonic() - begun > TOLD_SECONDS:
        tell(step, 1, 1)


def _fill_lists(tell: Tell) -> None:
    """The lists in their order, each divided where there are many pages: placed in this process, which takes a tenth of
    the time that it takes in the database. Whoever writes the index meanwhile waits."""
    pages = SearchEntry.objects.count()
    with transaction.atomic(), connection.cursor() as cursor:
        _keep_lists(True)  # locks both tables against writing until the lists are there
        cursor.execute(PLACES)
        if pages >= cells.MANY:
            cells.draw_cells()
            _place_all(pages, tell)
        cursor.execute("ANALYZE services_placed_pages")
        cursor.execute("SELECT set_config('work_mem', %s, true)", [f"{MEMORY // 2**20}MB"])
        cursor.execute("DELETE FROM services_serviceposting")  # of a run that was interrupted
        cursor.execute(FILL)
        cursor.execute("DROP TABLE services_placed_pages")
        if pages >= cells.MANY:
            cells.note_division()
    with connection.cursor() as cursor:
        for table in ("services_servicecell", "services_servicemean", "services_serviceposting"):
            cursor.execute(f"ANALYZE {table}")


def _place_all(pages: int, tell: Tell) -> None:
    done = 0
    for number, records in placing.placed(placing.open_cells()):
        copy_binary(PLACED, [records])
        done = min(pages, done + number)
        tell("Placing pages", done, pages)


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
