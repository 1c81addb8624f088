"""Filling the index with many new pages at once.

``prepare_bulk``, then ``add_new`` for batch after batch, then ``finish_bulk``. Where nothing is in the index yet, its
big database indexes are taken away first and built at the end, which costs a fraction of keeping them up row by row.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Index, Model
from pgvector import HalfVector

from marketplace.copying import copy_values
from services.models import PageStatus, PageVector, SearchEntry, SearchStatistics, SearchWord, Service, ServicePage
from services.search import statistics, store
from services.search.embedding.chosen import embedder
from services.search.engines.columns import writing

SLOW: Final = frozenset(
    f"services_{name}"
    for name in (
        *("search_terms", "search_skills", "search_spelling"),
        *("search_quality", "search_country", "search_place", "search_newest", "search_rating", "search_price"),
    )
)
"""Indexes that are built several times quicker than they are kept up."""
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
        _note_changes(False)


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
    _note_changes(True)
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
    statistics.count_words()
    SearchWord.objects.filter(pages=0).delete()


def _note_changes(on: bool) -> None:
    """Whether changes are noted for the engine by columns, which reads everything at the end: files of before would not
    know what is loaded meanwhile."""
    if writing.are_noted() == on:
        return
    verb = "ENABLE" if on else "DISABLE"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE services_searchentry {verb} TRIGGER services_search_changes")
        SearchStatistics.objects.update(columns="")


def _untold(_step: str, _done: int, _total: int) -> None:
    """Nobody wants to know."""


@contextmanager
def _telling(step: str, tell: Tell) -> Iterator[None]:
    begun = time.monotonic()
    yield
    if time.monotonic() - begun > TOLD_SECONDS:
        tell(step, 1, 1)


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
    for model in (SearchEntry, SearchWord):
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
