"""Getting the rows that may answer a search: bounded numbers from each source, filters applied in each."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from pgvector import HalfVector

from services.search.embedding.chosen import embedder
from services.search.geo import distance_sql
from services.search.plan import Plan
from services.search.query import SearchQuery

BY_WORDS: Final = 500
BY_SERVICE: Final = 300
BY_MEANING: Final = 150
DEEP: Final = 1000
"""How many results a search has at most."""
KM_PER_DEGREE: Final = 111.2

ORDERS: Final = {
    "relevance": "e.quality DESC, e.page_id",
    "rating": "e.rating DESC NULLS LAST, e.rating_count DESC, e.page_id",
    "newest": "e.first_published_at DESC, e.page_id",
    "price": "e.rate_eur ASC NULLS LAST, e.page_id",
}

COLUMNS = """e.page_id, e.service_ids, e.skills, e.languages, e.country, e.remote, e.rating, e.rating_count, e.rate_eur,
    e.taking_work AND (e.available_from IS NULL OR e.available_from <= %(today)s) AS available, e.quality,
    e.first_published_at"""

BROWSE = "SELECT {columns}, 0, 0, 0 FROM services_searchentry e WHERE {where} ORDER BY {order} LIMIT %(deep)s"

SEARCH = """
WITH found AS (
    (SELECT e.page_id FROM services_searchentry e
     WHERE e.words @@ %(words)s::tsquery AND {where} ORDER BY e.quality DESC LIMIT %(by_words)s)
    UNION
    (SELECT e.page_id FROM services_searchentry e
     WHERE e.service_ids && %(services)s::int[] AND {where} ORDER BY e.quality DESC LIMIT %(by_service)s)
    UNION
    (SELECT page_id FROM (
        SELECT e.page_id, v.embedding <=> %(vector)s::halfvec AS distance
        FROM services_pagevector v JOIN services_searchentry e ON e.page_id = v.page_id
        WHERE {where} ORDER BY v.embedding <=> %(vector)s::halfvec LIMIT %(by_meaning)s) nearest
     WHERE distance <= %(far)s)
)
SELECT {columns},
    (SELECT coalesce(sum(term.weight), 0)
     FROM unnest(%(lexemes)s::text[], %(weights)s::float[]) AS term (lexeme, weight)
     WHERE e.words @@ quote_literal(term.lexeme)::tsquery) AS coverage,
    ts_rank('{{0.05, 0.2, 0.4, 1.0}}', e.words, %(any)s::tsquery, 32) AS prominence,
    coalesce(1 - (v.embedding <=> %(vector)s::halfvec), 0) AS similarity
FROM found JOIN services_searchentry e ON e.page_id = found.page_id
LEFT JOIN services_pagevector v ON v.page_id = e.page_id
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A page that may answer the search. ``coverage`` sums the weights of the terms that it holds."""

    page_id: UUID
    service_ids: list[int]
    skills: list[str]
    languages: list[str]
    country: str
    remote: bool
    rating: float | None
    rating_count: int
    rate_eur: float | None
    available: bool
    quality: float
    first_published_at: datetime
    coverage: float
    prominence: float
    similarity: float


FAR: Final = 0.5
"""Cosine distance beyond which a page has another meaning."""


def retrieve(query: SearchQuery, plan: Plan, *, today: date, as_of: datetime, loosely: bool = False) -> list[Row]:
    """Rows that pass the filters and match by words, service or meaning; all of the filters' without words. One query.

    Only pages whose index row is not younger than ``as_of``. ``loosely``: any of the words is enough.
    """
    statement, parameters = build(query, plan, today=today, as_of=as_of, loosely=loosely)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Row(*row) for row in cursor.fetchall()]


def build(
    query: SearchQuery, plan: Plan, *, today: date, as_of: datetime, loosely: bool = False
) -> tuple[str, dict[str, Any]]:
    """The statement and its parameters, also for EXPLAIN."""
    parameters: dict[str, Any] = {"today": today, "as_of": as_of, "deep": DEEP}
    where = " AND ".join(_conditions(query, parameters))
    if not query.has_words:
        return BROWSE.format(columns=COLUMNS, where=where, order=ORDERS[query.sort]), parameters
    vector = embedder().embed([query.text])[0]
    quoted = [_quoted(term.lexeme) for term in plan.terms]
    parameters |= {
        "words": (" | " if loosely else " & ").join(quoted),
        "any": " | ".join(quoted),
        "lexemes": [term.lexeme for term in plan.terms],
        "weights": [term.weight for term in plan.terms],
        "services": list(plan.services),
        "vector": HalfVector(vector).to_text() if vector.any() else None,
        "by_words": BY_WORDS,
        "by_service": BY_SERVICE,
        "by_meaning": BY_MEANING,
        "far": FAR,
    }
    return SEARCH.format(columns=COLUMNS, where=where), parameters


def count(query: SearchQuery, *, today: date, as_of: datetime, most: int) -> int:
    """How many pages pass the filters, at most ``most``. One query."""
    parameters: dict[str, Any] = {"today": today, "as_of": as_of, "most": most}
    where = " AND ".join(_conditions(query, parameters))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM services_searchentry e WHERE {where} LIMIT %(most)s) AS counted",  # noqa: S608  our own conditions
            parameters,
        )
        return int(cursor.fetchone()[0])


def _conditions(query: SearchQuery, parameters: dict[str, Any]) -> list[str]:
    conditions = ["e.indexed_at <= %(as_of)s"]

    def add(condition: str, **values: Any) -> None:
        conditions.append(condition)
        parameters.update(values)

    if query.service:
        add("e.service_ids @> ARRAY(SELECT id FROM services_service WHERE slug = %(service)s)", service=query.service)
        conditions.append("EXISTS (SELECT 1 FROM services_service WHERE slug = %(service)s)")
    if query.group:
        add(
            "e.service_ids && ARRAY(SELECT s.id FROM services_service s JOIN services_servicegroup g"
            " ON g.id = s.group_id WHERE g.slug = %(group)s)",
            group=query.group,
        )
    if query.skill:
        add("e.skills @> ARRAY[%(skill)s]::varchar[]", skill=query.skill)
    if query.country:
        add("e.country = %(country)s", country=query.country)
    if query.language:
        add("e.languages @> ARRAY[%(language)s]::varchar[]", language=query.language)
    if query.remote is not None:
        conditions.append("e.remote" if query.remote else "e.on_site")
    if query.latitude is not None and query.longitude is not None:
        _near(query, add)
    if query.max_eur is not None:
        # A price without an exchange rate neither filters nor ranks; a page without a price has none to compare.
        add("(e.rate_eur <= %(max_eur)s OR (e.rate_eur IS NULL AND e.pricing <> 'contact'))", max_eur=query.max_eur)
    if query.min_rating is not None:
        add("e.rating >= %(min_rating)s", min_rating=query.min_rating)
    if query.available:
        conditions.append("e.taking_work AND (e.available_from IS NULL OR e.available_from <= %(today)s)")
    return conditions


def _near(query: SearchQuery, add: Any) -> None:
    """A bounding box, which an index serves, and the exact distance within it."""
    add(
        "e.latitude BETWEEN %(latitude)s - %(high)s AND %(latitude)s + %(high)s",
        latitude=query.latitude,
        longitude=query.longitude,
        high=query.radius_km / KM_PER_DEGREE,
        radius=query.radius_km,
    )
    add(f"{distance_sql('e')} <= %(radius)s")


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
