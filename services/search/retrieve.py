"""Getting the pages that answer a search, in their order: bounded numbers from each source, filters applied in each.

Words and services are enumerated through the GIN indexes and scored by BM25, a product of two sparse vectors. Meaning
comes from the HNSW index, or, where the filters leave few pages, from looking at each of those. What was read of a row
once is carried along to the end of the statement.
"""

from typing import Any, Final

from django.db import connection
from pgvector import HalfVector

from services.search.embedding.chosen import embedder
from services.search.filters import Filters
from services.search.matches import MATCHES, matching, scored
from services.search.plan import Plan
from services.search.query import SearchQuery
from services.search.ranking import RELEVANCE, TOLD, Row
from services.search.scope import Scope

DEEP: Final = 1000
"""How many results a search has at most."""
BY_MEANING: Final = 150
NARROW: Final = 4000
"""Filters that leave fewer pages than this are gone through one by one; others are checked along the HNSW index."""
FAR: Final = 0.5
"""Cosine distance beyond which a page has another meaning."""
LOOSELY_FAR: Final = 0.7
"""The same where words alone find too little."""

VALUES: Final = {
    "relevance": "-e.quality",
    "rating": "-coalesce(e.rating, 0) - least(e.rating_count, 1000) / 1e6",
    "newest": "-extract(epoch FROM e.first_published_at)::float8",
    "price": "coalesce(e.rate_eur, 1e12)",
}
"""What a row is sorted by, lowest first, where it is not by relevance to words."""

BROWSED_BY: Final = {
    "relevance": "e.quality DESC, e.page_id",
    "rating": "e.rating DESC NULLS LAST, e.rating_count DESC, e.page_id",
    "newest": "e.first_published_at DESC, e.page_id",
    "price": "e.rate_eur ASC NULLS LAST, e.page_id",
}
"""The same order in the words of the indexes."""

BROWSE: Final = """
SELECT * FROM (
    SELECT e.page_id, 0::float8, 0::float8, false, e.quality, {value} AS place
    FROM services_searchentry e WHERE {where} ORDER BY {order} LIMIT {deep}
) AS found ORDER BY place, page_id
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

COLUMNS: Final = """
    coalesce(-(e.impacts <#> services_question(%(lexemes)s, %(weights)s)), 0) AS words,
    e.service_ids && %(services)s::int[] AS offers, e.quality, {value} AS value
"""

EXACT: Final = """
SELECT page_id, words, similarity, offers, quality, {order} AS place
FROM (
    SELECT e.page_id, coalesce(1 - (v.embedding <=> %(vector)s::halfvec), 0) AS similarity, {columns}
    FROM services_searchentry e LEFT JOIN services_pagevector v ON v.page_id = e.page_id
    WHERE {where} AND ({matches} OR v.embedding <=> %(vector)s::halfvec <= %(far)s)
) AS found
ORDER BY place, page_id LIMIT {deep}
"""

SEARCH: Final = """
WITH told AS MATERIALIZED (
    SELECT * FROM (
        SELECT e.page_id, {columns} FROM services_searchentry e WHERE {matches} AND {where} OFFSET 0
    ) AS matched
    ORDER BY {told} DESC, page_id LIMIT {deep}
), near AS MATERIALIZED ({near}),
found AS (
    SELECT told.*, coalesce(1 - (v.embedding <=> %(vector)s::halfvec), 0) AS similarity
    FROM told LEFT JOIN services_pagevector v ON v.page_id = told.page_id
    UNION ALL
    SELECT e.page_id, {columns}, 1 - near.distance
    FROM near JOIN services_searchentry e ON e.page_id = near.page_id
    WHERE near.distance <= %(far)s AND near.page_id NOT IN (SELECT page_id FROM told)
)
SELECT page_id, words, similarity, offers, quality, {order} AS place FROM found ORDER BY place, page_id LIMIT {deep}
"""


def retrieve(query: SearchQuery, plan: Plan, filters: Filters, scope: Scope, *, passing: float) -> list[Row]:
    """Pages that pass the filters and match by words, service or meaning, in their order; all of the filters' without
    words. ``passing`` of them are expected to pass. One query."""
    statement, parameters = build(query, plan, filters, scope, passing=passing)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Row._make(row) for row in cursor.fetchall()]


def build(
    query: SearchQuery, plan: Plan, filters: Filters, scope: Scope, *, passing: float
) -> tuple[str, dict[str, Any]]:
    """The statement and its parameters, also for EXPLAIN."""
    where, value = filters.where(), VALUES[query.sort]
    if not query.has_words:
        statement = BROWSE.format(where=where, order=BROWSED_BY[query.sort], value=value, deep=DEEP)
        return statement, filters.parameters
    matches, words = scored(plan, scope.levels, loosely=scope.loosely)
    near = NEAR_NARROW if filters and passing < NARROW else NEAR_BROAD
    statement = SEARCH.format(
        where=where,
        columns=COLUMNS.format(value=value),
        near=near.format(where=where, by_meaning=BY_MEANING),
        matches=matches,
        told=TOLD,
        order=_order(query),
        deep=DEEP,
    )
    return statement, words | _parameters(query, plan, filters, scope)


def exactly(query: SearchQuery, plan: Plan, filters: Filters, scope: Scope) -> list[Row]:
    """What ``retrieve`` looks for, by looking at every page: the measure of what it finds. One slow query."""
    parameters = matching(plan, loosely=scope.loosely) | _parameters(query, plan, filters, scope)
    columns = COLUMNS.format(value=VALUES[query.sort])
    statement = EXACT.format(where=filters.where(), columns=columns, matches=MATCHES, order=_order(query), deep=DEEP)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Row._make(row) for row in cursor.fetchall()]


def _order(query: SearchQuery) -> str:
    return f"-{RELEVANCE}" if query.sort == "relevance" else "value"


def _parameters(query: SearchQuery, plan: Plan, filters: Filters, scope: Scope) -> dict[str, Any]:
    vector = embedder().embed([query.text])[0]
    return {
        **filters.parameters,
        "lexemes": [term.lexeme for term in plan.terms],
        "weights": [term.weight for term in plan.terms],
        "asked": plan.weight or 1.0,
        # A text without known words has no direction; its cosine would be NaN.
        "vector": HalfVector(vector).to_text() if vector.any() else None,
        "far": LOOSELY_FAR if scope.loosely else FAR,
    }
