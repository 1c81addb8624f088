"""Counts beside the results: what a search could be narrowed to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection

from services.search.filters import AVAILABLE, Filters
from services.search.matches import MATCHES
from services.search.scope import MATCHING

MOST: Final = 12
"""Values that a facet shows."""
COUNTED: Final = 1001
"""Pages that are counted for a facet; where there are more, its numbers are estimated from these."""
VALUES: Final[Mapping[str, str]] = {
    "service": "unnest(e.service_ids)::text",
    "skill": "unnest(e.skills)",
    "country": "nullif(e.country, '')",
    "language": "unnest(e.languages)",
    "remote": "CASE WHEN e.remote THEN 'true' END",
    "min_rating": "unnest(array_remove(ARRAY[CASE WHEN e.rating >= 4.5 THEN '4.5' END,"
    " CASE WHEN e.rating >= 4 THEN '4' END, CASE WHEN e.rating >= 3 THEN '3' END], NULL))",
    "available": f"CASE WHEN {AVAILABLE} THEN 'true' END",
}
"""What a row counts for, by facet."""
NAMES: Final = tuple(VALUES)

COLUMNS: Final = "e.service_ids, e.skills, e.country, e.languages, e.remote, e.rating, e.taking_work, e.available_from"

SHOWN: Final = (
    "shown AS MATERIALIZED (SELECT {columns} FROM services_searchentry e WHERE e.page_id = ANY(%(ids)s::uuid[]))"
)
WIDER: Final = """{name} AS MATERIALIZED (
    SELECT {columns} FROM services_searchentry e WHERE {matches} AND {where} LIMIT {counted}
)"""
COUNT: Final = """
(SELECT '{facet}', counted.value, count(*) AS number, (SELECT count(*) FROM {source}) AS of
FROM (SELECT {value} AS value FROM {source} e) AS counted
WHERE counted.value IS NOT NULL GROUP BY counted.value ORDER BY number DESC, counted.value LIMIT {most})
"""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet as its parameter has it, how many results have it, and whether that number is estimated."""

    value: str
    count: int
    approx: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """What is counted: the results, all or the first; how many pages to expect, as ``scope.expect`` says; and the
    parameters of ``MATCHES``, by which others would be results without one of the filters; None where all that pass the
    filters are."""

    hits: list[UUID]
    is_all: bool
    expected: Mapping[str, float]
    matching: Mapping[str, Any] | None

    def factor(self, name: str, counted: int, *, is_wider: bool) -> float:
        """For how many pages each counted one stands."""
        if counted < COUNTED if is_wider else self.is_all:
            return 1
        return max(1.0, self.expected[name if is_wider else MATCHING] / max(counted, 1))


def count(sources: Sources, filters: Filters, slugs: Mapping[int, str]) -> dict[str, list[Value]]:
    """The most frequent values of every facet among the results that there would be without the facet's own filter.

    One query, whatever is filtered by.
    """
    found: dict[str, list[Value]] = {name: [] for name in NAMES}
    with connection.cursor() as cursor:
        cursor.execute(*build(sources, filters))
        for name, value, number, counted in cursor.fetchall():
            factor = sources.factor(name, counted, is_wider=name in filters.conditions)
            shown = slugs.get(int(value), "") if name == "service" else value
            if shown:
                found[name].append(Value(shown, round(number * factor), factor > 1))
    return found


def build(sources: Sources, filters: Filters) -> tuple[str, dict[str, Any]]:
    """The statement and its parameters, also for EXPLAIN."""
    matches = "true" if sources.matching is None else f"({MATCHES} OR e.page_id = ANY(%(ids)s::uuid[]))"
    tables = [SHOWN.format(columns=COLUMNS)]
    counts = []
    for name in NAMES:
        source = "shown"
        if name in filters.conditions:
            source, where = f"wider_{name}", filters.where(without=name)
            tables.append(WIDER.format(name=source, columns=COLUMNS, matches=matches, where=where, counted=COUNTED))
        counts.append(COUNT.format(facet=name, source=source, value=VALUES[name], most=MOST))
    parameters = filters.parameters | dict(sources.matching or {}) | {"ids": f"{{{','.join(map(str, sources.hits))}}}"}
    return f"WITH {', '.join(tables)} {' UNION ALL '.join(counts)}", parameters
