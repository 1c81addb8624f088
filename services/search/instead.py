"""What to offer where a search finds nothing, or little: each filter without which there is more, and services that are
near."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from django.db import connection

from services.search.engine import search
from services.search.filters import Filters
from services.search.meant import service_slugs
from services.search.offered import offered
from services.search.query import SearchQuery
from services.search.retrieve import DEEP
from services.search.scope import passing_each

TOGETHER: Final = {"latitude": "near", "longitude": "near", "radius_km": "near", "max_eur": "price"}
"""Fields of a search that are one filter to the reader."""
CONDITION: Final = {"price": "max_eur"}
"""Filters that ``Filters`` calls by another name."""
OFFERING: Final = """
SELECT wanted.id, (
    SELECT count(*) FROM (
        SELECT 1 FROM services_searchentry e
        WHERE e.service_ids @> ARRAY[wanted.id] AND e.indexed_at <= %(as_of)s LIMIT %(most)s
    ) AS offering
) FROM unnest(%(services)s::int[]) AS wanted (id)
"""
NO_FILTERS: Final = frozenset({"text", "sort"})
TRIED: Final = 3
"""Filters that are tried, each with a search of its own: those that the planner expects to let fewest pages pass."""


@dataclass(frozen=True, slots=True)
class Fewer:
    """The search without some filters, named as parameters are (near, price), and how many pages it finds."""

    without: tuple[str, ...]
    total: int
    is_estimate: bool


@dataclass(frozen=True, slots=True)
class NearService:
    """A service that is near what was typed, by its slug, and how many pages offer it."""

    slug: str
    total: int
    is_estimate: bool


@dataclass(frozen=True, slots=True)
class Instead:
    """What there is instead: without one filter, most results first, or else without all of them; and near services."""

    fewer: tuple[Fewer, ...]
    services: tuple[NearService, ...]


def instead(query: SearchQuery, *, now: datetime, more_than: int = 0) -> Instead:
    """The nearest useful things to a search that found ``more_than`` pages. At most four searches, one of them without
    any filter, and two more queries."""
    return Instead(tuple(_fewer(query, now, more_than)), tuple(_near_services(query, now)))


def _fewer(query: SearchQuery, now: datetime, more_than: int) -> Iterator[Fewer]:
    given = list(dict.fromkeys(TOGETHER.get(name, name) for name in _set_fields(query)))
    found = [_counted(query, (name,), now) for name in _promising(query, given, now)]
    useful = sorted((each for each in found if each.total > more_than), key=lambda each: -each.total)
    if not useful and len(given) > 1:
        useful = [each for each in [_counted(query, tuple(given), now)] if each.total > more_than]
    yield from useful


def _set_fields(query: SearchQuery) -> list[str]:
    names = [each.name for each in fields(SearchQuery) if each.name not in NO_FILTERS]
    return [name for name in names if name != "radius_km" and getattr(query, name) != getattr(SearchQuery(), name)]


def _promising(query: SearchQuery, given: list[str], now: datetime) -> list[str]:
    """Those of the filters that are worth a search. One query, which reads no page, where they are many."""
    if len(given) <= TRIED:
        return given
    conditions = {name: CONDITION.get(name, name) for name in given}
    passing = passing_each(Filters(query, today=now.date(), as_of=now))
    return sorted(given, key=lambda name: passing[conditions[name]])[:TRIED]


def _counted(query: SearchQuery, without: tuple[str, ...], now: datetime) -> Fewer:
    empty: dict[str, Any] = {
        each.name: getattr(SearchQuery(), each.name)
        for each in fields(SearchQuery)
        if TOGETHER.get(each.name, each.name) in without
    }
    found = search(replace(query, **empty), now=now, size=1, with_facets=False)
    return Fewer(without, found.total, found.total_is_estimate)


def _near_services(query: SearchQuery, now: datetime) -> Iterator[NearService]:
    slugs = service_slugs()
    near = {
        offer.service: slugs[offer.service]
        for offer in offered(query.text)
        if slugs.get(offer.service, query.service) != query.service
    }
    if not near:
        return
    with connection.cursor() as cursor:
        cursor.execute(OFFERING, {"services": list(near), "as_of": now, "most": DEEP})
        offering = dict(cursor.fetchall())
    for service, slug in near.items():
        if offering[service] >= DEEP:
            found = search(SearchQuery(service=slug), now=now, size=1, with_facets=False)
            yield NearService(slug, found.total, found.total_is_estimate)
        elif offering[service]:
            yield NearService(slug, offering[service], is_estimate=False)
