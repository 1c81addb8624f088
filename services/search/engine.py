"""Searching: understand, retrieve, rank, count facets, cut a page out."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.dateparse import parse_datetime

from marketplace.api import read_cursor, write_cursor
from marketplace.api.paging import CursorExpired, InvalidCursor
from services.search import browsing, facets
from services.search.begin import begin, look_around
from services.search.browsing import Counted
from services.search.facets import Value
from services.search.filters import Filters
from services.search.meant import service_slugs
from services.search.plan import Plan, understand
from services.search.query import SearchQuery
from services.search.ranking import VERSION, Hit, Row
from services.search.retrieve import DEEP, Retrieved, Wanted, retrieve
from services.search.scope import MATCHING, PASSING, Scope

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
    facets: Mapping[str, Sequence[Value]]
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
    browses = with_facets and not (cursor or filters or query.has_words)
    counted = browsing.recall(query.sort) if browses else None
    if counted:
        wanted = Wanted(size, most=size + 1)
        rows = retrieve(query, walk.plan, filters, walk.scope, passing=0, wanted=wanted).rows
    else:
        rows, counted = _look(query, walk, filters, Wanted(size, walk.after, with_facets))
        if browses:
            browsing.remember(query.sort, counted)
    page = [Hit(row) for row in rows[:size]]
    return Found(
        hits=page,
        total=counted.total,
        total_is_estimate=counted.is_estimate,
        facets=counted.facets,
        cursor=walk.cursor(query, page[-1]) if len(rows) > size else None,
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


def _look(query: SearchQuery, walk: _Walk, filters: Filters, wanted: Wanted) -> tuple[list[Row], Counted]:
    """Rows of the walk's next page, and what is counted beside them. A new walk gets its scope."""

    def ask(scope: Scope, expected: Mapping[str, float]) -> Retrieved:
        return retrieve(query, walk.plan, filters, scope, passing=expected[PASSING], wanted=wanted)

    if walk.after is None:
        walk.scope, expected, found = begin(walk.plan, filters, ask)
    else:
        expected = look_around(walk.plan, filters, loosely=walk.scope.loosely)
        found = ask(walk.scope, expected)
    is_estimate = found.total >= DEEP
    total = max(found.total, _rounded(expected[MATCHING])) if is_estimate else found.total
    if not wanted.with_counts:
        return found.rows, Counted(total, is_estimate, {})
    counts = facets.read(found.counts, filters, expected, service_slugs(), is_all=not is_estimate)
    return found.rows, Counted(total, is_estimate, counts)


def _digest(query: SearchQuery) -> str:
    return hashlib.blake2b(repr(astuple(query)).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _rounded(number: float) -> int:
    """To as many digits as an estimate is worth."""
    return int(round(number, DIGITS - len(str(int(number)))))
