"""What the product's search is held against, on the same rows, words and filters and in the same run."""

import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.db import connection
from pgvector import HalfVector
from tantivy import Document, FieldType, Index, Occur, Query, SchemaBuilder

from services.search.embedding.chosen import embedder
from services.search.engine import Found
from services.search.engines.base import Asked
from services.search.engines.chosen import engine
from services.search.engines.columns.engine import ColumnsEngine
from services.search.filters import Filters
from services.search.plan import Plan
from services.search.query import SearchQuery
from services.search.retrieve import exactly

FIRST: Final = 20
WORDS: Final = """
DROP TABLE IF EXISTS {table};
CREATE TABLE {table} AS
SELECT e.page_id, to_tsvector('marketplace', p.title || ' ' || p.about) AS words
FROM services_searchentry e JOIN services_servicepage p ON p.id = e.page_id;
CREATE INDEX ON {table} USING gin (words); CREATE INDEX ON {table} (page_id); ANALYZE {table}
"""
TABLE: Final = "bench_words"
FULL_TEXT: Final = """
SELECT e.page_id FROM bench_words w JOIN services_searchentry e ON e.page_id = w.page_id,
    websearch_to_tsquery('marketplace', %(text)s) AS asked
WHERE w.words @@ asked AND {where} ORDER BY ts_rank(w.words, asked) DESC LIMIT {first}
"""
NEAREST: Final = """
SELECT v.page_id FROM services_pagevector v JOIN services_searchentry e ON e.page_id = v.page_id
WHERE {where} ORDER BY v.embedding <=> %(vector)s::halfvec LIMIT {first}
"""
TEXTS: Final = """
SELECT e.page_id::text, p.title || ' ' || p.about, e.country, e.remote, e.on_site, coalesce(e.rating, 0), e.languages,
    ARRAY(SELECT slug FROM services_service WHERE id = ANY(e.service_ids)), e.taking_work
FROM services_searchentry e JOIN services_servicepage p ON p.id = e.page_id
"""
BATCH: Final = 10_000
HEAP: Final = 256 * 2**20
"""Bytes that tantivy may fill before it writes."""


GRAPH: Final = """
CREATE INDEX {name} ON services_pagevector USING hnsw (embedding halfvec_cosine_ops)
WITH (m = 16, ef_construction = 64)
"""
NAME: Final = "bench_meaning"
WALK: Final = "SET hnsw.ef_search = 150; SET hnsw.iterative_scan = strict_order; SET hnsw.max_scan_tuples = 3000"
"""Wide enough for the pages that a search asks for; then on, in order, where filters took some away."""


@contextmanager
def graph() -> Iterator[tuple[float, int]]:
    """pgvector's HNSW index as long as the block runs: the seconds that building it took, and its bytes."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {NAME}")  # a killed benchmark left it
        begun = time.monotonic()
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(GRAPH.format(name=NAME))
        cursor.execute("RESET maintenance_work_mem")
        cursor.execute(WALK)
        cursor.execute("SELECT pg_relation_size(%s)", [NAME])
        size = cursor.fetchone()[0]
    try:
        yield time.monotonic() - begun, size
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX {NAME}")


@contextmanager
def texts() -> Iterator[None]:
    """The words of all pages as PostgreSQL has them, with their index, as long as the block runs."""
    with connection.cursor() as cursor:
        cursor.execute(WORDS.format(table=TABLE))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {TABLE}")


def full_text(query: SearchQuery, *, now: datetime) -> None:
    """PostgreSQL's own full text search (``texts``) for all of the words, ranked by ``ts_rank``."""
    _ask(FULL_TEXT, query, {"text": query.text}, now)


def nearest(query: SearchQuery, *, now: datetime) -> None:
    """pgvector's HNSW index (``graph``), which is walked on while the filters take pages away."""
    _ask(NEAREST, query, {"vector": HalfVector(embedder().embed([query.text])[0]).to_text()}, now)


def _ask(statement: str, query: SearchQuery, parameters: dict[str, Any], now: datetime) -> None:
    filters = Filters(query, today=now.date(), as_of=now)
    with connection.cursor() as cursor:
        cursor.execute(statement.format(where=filters.where(), first=FIRST), filters.parameters | parameters)
        cursor.fetchall()


def words_alone(query: SearchQuery, *, plans: Mapping[SearchQuery, Plan], now: datetime) -> list[UUID]:
    """The first twenty with any of the words by what these count, from the product's columns: what tantivy does.
    Raises RuntimeError where there are no files."""
    chosen = engine()
    looking = chosen.looking(Asked(query, plans[query], now)) if isinstance(chosen, ColumnsEngine) else None
    if looking is None:
        raise RuntimeError("There are no files of columns: SEARCH_ENGINE must be columns, the index large enough.")
    scored = [(-score, each.segment.page_id(place)) for each in looking for place, score in each.by_words(FIRST)]
    return [page_id for _score, page_id in sorted(scored)[:FIRST]]


def exact_ids(query: SearchQuery, found: Found, *, now: datetime, most: int) -> set[UUID]:
    """The first pages by the product's ranking of every page that passes the filters and may answer at all."""
    rows = exactly(query, found.plan, Filters(query, today=now.date(), as_of=now), found.scope)
    return {row.page_id for row in rows[:most]}


class Tantivy:
    """The same texts and filters in tantivy, which ranks by BM25. Its index lies in ``folder``, made if need be."""

    def __init__(self, folder: Path) -> None:
        schema = (
            SchemaBuilder().add_text_field("words", tokenizer_name="en_stem").add_float_field("rating", indexed=True)
        )
        for name in ("id", "country", "place", "language", "service", "available"):
            schema.add_text_field(name, tokenizer_name="raw", stored=name == "id", index_option="basic")
        self._schema = schema.build()
        done = folder / "complete"
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        self._index = Index(self._schema, str(folder))
        if not done.exists():
            self._fill()
            done.touch()
        self._index.reload()

    def search(self, query: SearchQuery) -> list[str]:
        """The ids of the first twenty with any of the words."""
        words = " ".join("".join(sign if sign.isalnum() else " " for sign in query.text).split()).lower()
        parsed = self._index.parse_query(words, ["words"])
        asked = Query.boolean_query([(Occur.Must, parsed), *((Occur.Must, each) for each in self._filters(query))])
        searcher = self._index.searcher()
        return [searcher.doc(address)["id"][0] for _score, address in searcher.search(asked, FIRST, count=False).hits]

    def _filters(self, query: SearchQuery) -> Iterable[Query]:
        place = {True: "remote", False: "on_site", None: ""}[query.remote]
        terms = {"country": query.country, "place": place, "language": query.language, "service": query.service}
        for name, value in {**terms, "available": "yes" if query.available else ""}.items():
            if value:
                yield Query.term_query(self._schema, name, value)
        if query.min_rating is not None:
            yield Query.range_query(self._schema, "rating", FieldType.Float, float(query.min_rating), 5.0)

    def _fill(self) -> None:
        writer = self._index.writer(HEAP, 1)
        with connection.chunked_cursor() as cursor:
            cursor.execute(TEXTS)
            while rows := cursor.fetchmany(BATCH):
                for row in rows:
                    writer.add_document(_document(row))
        writer.commit()
        writer.wait_merging_threads()


def _document(row: Sequence[Any]) -> Document:
    page, words, country, remote, on_site, rating, languages, services, available = row
    document = Document(id=page, words=words, rating=float(rating))
    names = {"remote": remote, "on_site": on_site}
    values = {
        "country": [country],
        "place": [name for name, holds in names.items() if holds],
        "language": languages,
        "service": services,
        "available": ["yes"] if available else [],
    }
    for name, each in values.items():
        for value in each:
            document.add_text(name, value)
    return document
