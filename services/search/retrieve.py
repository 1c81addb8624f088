"""Getting the rows that may answer a search: bounded numbers from each source, filters applied in each.

Words and services are enumerated through the GIN indexes and scored by BM25, a product of two sparse vectors. Meaning
comes from the HNSW index, or, where the filters leave few pages, from looking at each of those.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection
from pgvector import HalfVector

from services.search.embedding.chosen import embedder
from services.search.filters import Filters
from services.search.plan import Plan, Term
from services.search.query import SearchQuery

DEEP: Final = 1000
"""How many results a search has at most."""
BY_MEANING: Final = 150
NARROW: Final = 4000
"""Filters that leave fewer pages than this are gone through one by one; others are checked along the HNSW index."""
SCORED: Final = 10_000
"""Pages that a loose search scores at most, as far as the numbers of its rarest words allow."""
FAR: Final = 0.5
"""Cosine distance beyond which a page has another meaning."""
LOOSELY_FAR: Final = 0.7
"""The same where words alone find too little."""
ENOUGH: Final = 100
"""With fewer pages that have all words, those with some of them are looked at too."""

SORTED_BY: Final = {
    "relevance": "e.quality",
    "rating": "coalesce(e.rating, 0) + least(e.rating_count, 1000) / 1e6",
    "newest": "extract(epoch FROM e.first_published_at)::float8",
    "price": "-coalesce(e.rate_eur, 1e12)",
}
"""What a row is sorted by, highest first."""

BROWSED_BY: Final = {
    "relevance": "e.quality DESC, e.page_id",
    "rating": "e.rating DESC NULLS LAST, e.rating_count DESC, e.page_id",
    "newest": "e.first_published_at DESC, e.page_id",
    "price": "e.rate_eur ASC NULLS LAST, e.page_id",
}
"""The same order in the words of the indexes."""

BROWSE: Final = """
SELECT e.page_id, 0, 0, false, e.quality, {value}
FROM services_searchentry e WHERE {where} ORDER BY {order} LIMIT {deep}
"""

NEAR_BROAD: Final = """
SELECT v.page_id, v.embedding <=> %(vector)s::halfvec AS distance
FROM services_pagevector v JOIN services_searchentry e ON e.page_id = v.page_id
WHERE {where} ORDER BY v.embedding <=> %(vector)s::halfvec LIMIT {by_meaning}
"""

NEAR_NARROW: Final = """
SELECT v.page_id, v.embedding <=> %(vector)s::halfvec AS distance
FROM (SELECT e.page_id FROM services_searchentry e WHERE {where} OFFSET 0) AS passing
JOIN services_pagevector v ON v.page_id = passing.page_id
ORDER BY (v.embedding <=> %(vector)s::halfvec) + 0 LIMIT {by_meaning}  -- + 0 keeps the HNSW index out
"""

MATCHES: Final = "(e.words @@ %(words)s::tsquery OR e.service_ids && %(services)s::int[])"

SCORES: Final = """
    coalesce(-(e.impacts <#> services_question(%(lexemes)s, %(weights)s)), 0),
    coalesce(1 - (v.embedding <=> %(vector)s::halfvec), 0), e.service_ids && %(services)s::int[]
"""

EXACT: Final = """
SELECT e.page_id, {scores}, e.quality, {value}
FROM services_searchentry e LEFT JOIN services_pagevector v ON v.page_id = e.page_id
WHERE {where} AND ({matches} OR v.embedding <=> %(vector)s::halfvec <= %(far)s)
"""

SEARCH: Final = """
WITH told AS MATERIALIZED (
    SELECT e.page_id FROM services_searchentry e WHERE {matches} AND {where}
    ORDER BY coalesce(e.impacts <#> services_question(%(lexemes)s, %(weights)s), 0)
        - CASE WHEN e.service_ids && %(services)s::int[] THEN %(bonus)s ELSE 0 END, e.page_id
    LIMIT {deep}
), near AS MATERIALIZED ({near})
SELECT e.page_id, {scores}, e.quality, {value}
FROM (SELECT page_id FROM told UNION SELECT page_id FROM near WHERE distance <= %(far)s) AS found
JOIN services_searchentry e ON e.page_id = found.page_id
LEFT JOIN services_pagevector v ON v.page_id = e.page_id
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A page that may answer the search. ``words`` is its BM25 score, ``similarity`` a cosine, ``offers`` whether it
    has a service that is meant, ``value`` what the wished order goes by."""

    page_id: UUID
    words: float
    similarity: float
    offers: bool
    quality: float
    value: float


def retrieve(query: SearchQuery, plan: Plan, filters: Filters, *, loosely: bool = False) -> list[Row]:
    """Rows that pass the filters and match by words, service or meaning; all of the filters' without words.

    ``loosely``: any of the words is enough. At most two queries.
    """
    narrow = query.has_words and bool(filters) and estimate(filters) < NARROW
    statement, parameters = build(query, plan, filters, loosely=loosely, narrow=narrow)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Row(*row) for row in cursor.fetchall()]


def build(
    query: SearchQuery, plan: Plan, filters: Filters, *, loosely: bool = False, narrow: bool = False
) -> tuple[str, dict[str, Any]]:
    """The statement and its parameters, also for EXPLAIN."""
    where, value = filters.where(), SORTED_BY[query.sort]
    if not query.has_words:
        order = BROWSED_BY[query.sort]
        return BROWSE.format(where=where, order=order, value=value, deep=DEEP), filters.parameters
    near = (NEAR_NARROW if narrow else NEAR_BROAD).format(where=where, by_meaning=BY_MEANING)
    statement = SEARCH.format(where=where, value=value, near=near, matches=MATCHES, scores=SCORES, deep=DEEP)
    return statement, _parameters(query, plan, filters, loosely=loosely)


def _parameters(query: SearchQuery, plan: Plan, filters: Filters, *, loosely: bool) -> dict[str, Any]:
    return {
        **filters.parameters,
        **matching(plan, loosely=loosely),
        **_vector(query.text),
        "lexemes": [term.lexeme for term in plan.terms],
        "weights": [term.weight for term in plan.terms],
        "bonus": 0.5 * plan.weight,
        "far": LOOSELY_FAR if loosely else FAR,
    }


def matching(plan: Plan, *, loosely: bool) -> dict[str, Any]:
    """The parameters of ``MATCHES``."""
    words = any_word(_telling(plan.terms)) if loosely else all_words(plan)
    return {"words": words, "services": list(plan.services)}


def exactly(query: SearchQuery, plan: Plan, filters: Filters, *, loosely: bool) -> list[Row]:
    """What ``retrieve`` looks for, by looking at every page: the measure of what it finds. One slow query."""
    words = any_word(plan.terms) if loosely else all_words(plan)
    parameters = _parameters(query, plan, filters, loosely=loosely) | {"words": words}
    statement = EXACT.format(where=filters.where(), value=SORTED_BY[query.sort], scores=SCORES, matches=MATCHES)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Row(*row) for row in cursor.fetchall()]


def has_enough(plan: Plan, filters: Filters) -> int:
    """How many pages have all of the words, at most ``ENOUGH``. One query."""
    return count(filters, most=ENOUGH, also="e.words @@ %(words)s::tsquery", parameters=matching(plan, loosely=False))


def count(filters: Filters, *, most: int, also: str = "true", parameters: dict[str, Any] | None = None) -> int:
    """How many pages pass the filters (and ``also``), at most ``most``. One query."""
    inner = f"SELECT 1 FROM services_searchentry e WHERE {also} AND {filters.where()} LIMIT {most:d}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({inner}) AS counted", filters.parameters | (parameters or {}))  # noqa: S608
        return int(cursor.fetchone()[0])


def estimate(filters: Filters) -> float:
    """How many pages pass the filters, by PostgreSQL's statistics. One query, which reads no page."""
    statement = f"EXPLAIN (FORMAT JSON) SELECT 1 FROM services_searchentry e WHERE {filters.where()}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, filters.parameters)
        plan = cursor.fetchone()[0][0]["Plan"]
    return float(plan["Plan Rows"])


def _vector(text: str) -> dict[str, Any]:
    vector = embedder().embed([text])[0]
    # A text without known words has no direction; its cosine would be NaN.
    return {"vector": HalfVector(vector).to_text() if vector.any() else None}


def all_words(plan: Plan) -> str:
    """A text for ``::tsquery`` that finds a form of each of the words."""
    return " & ".join(f"({any_word(forms)})" for forms in plan.forms)


def any_word(terms: Sequence[Term]) -> str:
    """A text for ``::tsquery`` that finds any of the terms."""
    quoted = (term.lexeme.replace("\\", "\\\\").replace("'", "''") for term in terms)
    return " | ".join(f"'{lexeme}'" for lexeme in quoted)


def _telling(terms: Sequence[Term]) -> list[Term]:
    """The rarest terms, so many that the pages with any of them can all be scored; the others only add to the score.

    This is MaxScore's division into essential and other terms (Turtle and Flood 1995) with a fixed bound.
    """
    chosen: list[Term] = []
    pages = 0
    for term in sorted(terms, key=lambda each: each.pages):
        pages += term.pages
        if chosen and pages > SCORED:
            break
        chosen.append(term)
    return chosen
