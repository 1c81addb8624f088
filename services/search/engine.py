"""Searching: understand, retrieve, rank, count facets, cut a page out."""

import hashlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.dateparse import parse_datetime

from marketplace.api import read_cursor, write_cursor
from marketplace.api.paging import CursorExpired, InvalidCursor
from services.search import facets
from services.search.facets import Value
from services.search.meant import service_slugs
from services.search.plan import Plan, understand
from services.search.query import SearchQuery
from services.search.ranking import VERSION, Hit, rank
from services.search.retrieve import DEEP, Row, count, retrieve

PER_PAGE: Final = 20
CURSOR_SECONDS: Final = 600
COUNTED: Final = 10_000
"""Up to here the number of results is exact."""
SALT: Final = "search"


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results. ``total`` is exact unless ``total_is_least``; ``loosely``: nothing has all of the words."""

    hits: list[Hit]
    total: int
    total_is_least: bool
    facets: Mapping[str, list[Value]]
    cursor: str | None
    plan: Plan
    loosely: bool = False
    as_of: datetime | None = field(default=None)


def search(
    query: SearchQuery, *, now: datetime, cursor: str = "", size: int = PER_PAGE, with_facets: bool = True
) -> Found:
    """One page of results. ``cursor`` continues a walk: it pins plan, weights and time, so that no page comes twice.

    Raises InvalidCursor, and CursorExpired after ten minutes or when the weights have changed.
    """
    walk = _Walk.read(cursor, query, now) if cursor else _Walk(now, understand(query.text))
    rows = retrieve(query, walk.plan, today=walk.as_of.date(), as_of=walk.as_of, loosely=walk.loosely)
    if not rows and walk.plan.terms and not cursor:
        walk.loosely = True
        rows = retrieve(query, walk.plan, today=walk.as_of.date(), as_of=walk.as_of, loosely=True)
    hits = rank(rows, walk.plan, sort=query.sort)[:DEEP]
    total, is_least = _total(query, walk, len(hits))
    following = [hit for hit in hits if walk.after is None or hit.key > walk.after]
    page = following[:size]
    more = len(following) > size
    return Found(
        hits=page,
        total=total,
        total_is_least=is_least,
        facets=_facets(query, walk, rows, total) if with_facets else {},
        cursor=walk.cursor(query, page[-1]) if more else None,
        plan=walk.plan,
        loosely=walk.loosely,
        as_of=walk.as_of,
    )


@dataclass
class _Walk:
    """A walk through the results of one search: when it began, by what plan, and where it is."""

    as_of: datetime
    plan: Plan
    loosely: bool = False
    after: tuple[float, str] | None = None

    @classmethod
    def read(cls, cursor: str, query: SearchQuery, now: datetime) -> "_Walk":
        value = read_cursor(cursor, salt=SALT)
        try:
            version, began, digest, plan, loosely, key = value
            as_of = parse_datetime(began)
            walk = cls(as_of or now, Plan.load(plan), bool(loosely), (float(key[0]), str(UUID(key[1]))))
        except (ValueError, TypeError, IndexError):
            raise InvalidCursor from None
        if as_of is None or digest != _digest(query):
            raise InvalidCursor
        if version != VERSION or (now - as_of).total_seconds() > CURSOR_SECONDS:
            raise CursorExpired
        return walk

    def cursor(self, query: SearchQuery, last: Hit) -> str:
        value: list[Any] = [
            VERSION,
            self.as_of.isoformat(),
            _digest(query),
            self.plan.dump(),
            self.loosely,
            list(last.key),
        ]
        return write_cursor(value, salt=SALT)


def _digest(query: SearchQuery) -> str:
    return hashlib.blake2b(repr(astuple(query)).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _total(query: SearchQuery, walk: _Walk, shown: int) -> tuple[int, bool]:
    """The number of results, and whether there may be more. With words, those are the results that we rank."""
    if query.has_words or shown < DEEP:
        return shown, shown >= DEEP
    number = count(query, today=walk.as_of.date(), as_of=walk.as_of, most=COUNTED + 1)
    return min(number, COUNTED), number > COUNTED


def _facets(query: SearchQuery, walk: _Walk, rows: list[Row], total: int) -> dict[str, list[Value]]:
    """Counts of each facet among the results that it would have without its own filter."""
    slugs = service_slugs()
    found = {}
    for name in facets.NAMES:
        shown, scale = rows, max(1.0, total / len(rows)) if rows else 1.0
        if query.without(name) != query:
            wider = query.without(name)
            shown = retrieve(wider, walk.plan, today=walk.as_of.date(), as_of=walk.as_of, loosely=walk.loosely)
            scale = 1.0 if len(shown) < DEEP else max(1.0, _total(wider, walk, len(shown))[0] / len(shown))
        found[name] = facets.count(name, shown, slugs, scale=scale)
    return found
