"""Searching: understand, retrieve, rank, count facets, cut a page out."""

import hashlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.dateparse import parse_datetime

from marketplace.api import read_cursor, write_cursor
from marketplace.api.paging import CursorExpired, InvalidCursor
from services.search import facets
from services.search.facets import Value
from services.search.filters import Filters
from services.search.meant import service_slugs
from services.search.plan import Plan, understand
from services.search.query import SearchQuery
from services.search.ranking import VERSION, Hit
from services.search.retrieve import DEEP, Wanted, retrieve
from services.search.scope import ENOUGH, MATCHING, PASSING, Scope, expect, has_enough, levels

PER_PAGE: Final = 20
CURSOR_SECONDS: Final = 600
DIGITS: Final = 2
"""Of an estimated number."""
SALT: Final = "search"


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results. ``total`` is exact unless ``total_is_estimate``, which it is beyond ``DEEP``; ``scope``: what
    was looked at."""

    hits: list[Hit]
    total: int
    total_is_estimate: bool
    facets: Mapping[str, list[Value]]
    cursor: str | None
    plan: Plan
    scope: Scope
    as_of: datetime


def search(
    query: SearchQuery, *, now: datetime, cursor: str = "", size: int = PER_PAGE, with_facets: bool = True
) -> Found:
    """One page of results. ``cursor`` continues a walk: it pins plan, scope, weights and time, so that no page comes
    twice. Raises InvalidCursor, and CursorExpired after ten minutes or when the weights have changed.
    """
    walk = _Walk.read(cursor, query, now) if cursor else _Walk(now, understand(query.text))
    filters = Filters(query, today=walk.as_of.date(), as_of=walk.as_of)
    expected = _look_around(walk, filters, is_new=not cursor)
    wanted = Wanted(size, walk.after, with_facets)
    found = retrieve(query, walk.plan, filters, walk.scope, passing=expected[PASSING], wanted=wanted)
    page = [Hit(row) for row in found.rows[:size]]
    is_estimate = found.total >= DEEP
    return Found(
        hits=page,
        total=max(found.total, _rounded(expected[MATCHING])) if is_estimate else found.total,
        total_is_estimate=is_estimate,
        facets=facets.read(found.counts, filters, expected, service_slugs()) if with_facets else {},
        cursor=walk.cursor(query, page[-1]) if len(found.rows) > size else None,
        plan=walk.plan,
        scope=walk.scope,
        as_of=walk.as_of,
    )


@dataclass
class _Walk:
    """A walk through the results of one search: when it began, by what plan and scope, and where it is."""

    as_of: datetime
    plan: Plan
    scope: Scope = field(default_factory=Scope)
    after: tuple[float, str] | None = None

    @classmethod
    def read(cls, cursor: str, query: SearchQuery, now: datetime) -> "_Walk":
        value = read_cursor(cursor, salt=SALT)
        try:
            version, began, digest, plan, scope, key = value
            as_of = parse_datetime(began)
            walk = cls(as_of or now, Plan.load(plan), Scope.load(scope), (float(key[0]), str(UUID(key[1]))))
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
            self.scope.dump(),
            list(last.key),
        ]
        return write_cursor(value, salt=SALT)


def _look_around(walk: _Walk, filters: Filters, *, is_new: bool) -> dict[str, float]:
    """How many pages to expect, by what; a new walk gets its scope from that."""
    if is_new and walk.plan.terms:
        enough = has_enough(walk.plan, filters)
        walk.scope = Scope(enough < ENOUGH, enough)
    without = [name for name in facets.NAMES if name in filters.conditions]
    expected = expect(walk.plan, filters, loosely=walk.scope.loosely, without=without)
    if is_new:
        walk.scope = replace(walk.scope, levels=levels(walk.plan, expected, loosely=walk.scope.loosely))
    return expected


def _digest(query: SearchQuery) -> str:
    return hashlib.blake2b(repr(astuple(query)).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _rounded(number: float) -> int:
    """To as many digits as an estimate is worth."""
    return int(round(number, DIGITS - len(str(int(number)))))
