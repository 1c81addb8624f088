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
from services.search import facets
from services.search.facets import Value
from services.search.filters import Filters
from services.search.meant import service_slugs
from services.search.plan import Plan, understand
from services.search.query import SearchQuery
from services.search.ranking import VERSION, Hit, rank
from services.search.retrieve import DEEP, ENOUGH, MATCHES, count, has_enough, matching, retrieve

PER_PAGE: Final = 20
CURSOR_SECONDS: Final = 600
COUNTED: Final = 10_000
"""Up to here the number of results is exact."""
SALT: Final = "search"


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results. ``total`` is exact unless ``total_is_least``; ``loosely``: few pages have all of the words, so
    that any of them was enough; ``with_all_words``: how many have them all, as far as that was counted."""

    hits: list[Hit]
    total: int
    total_is_least: bool
    facets: Mapping[str, list[Value]]
    cursor: str | None
    plan: Plan
    loosely: bool = False
    with_all_words: int = 0
    as_of: datetime | None = field(default=None)


def search(
    query: SearchQuery, *, now: datetime, cursor: str = "", size: int = PER_PAGE, with_facets: bool = True
) -> Found:
    """One page of results. ``cursor`` continues a walk: it pins plan, weights and time, so that no page comes twice.

    Raises InvalidCursor, and CursorExpired after ten minutes or when the weights have changed.
    """
    walk = _Walk.read(cursor, query, now) if cursor else _Walk(now, understand(query.text))
    filters = Filters(query, today=walk.as_of.date(), as_of=walk.as_of)
    if walk.plan.terms and not cursor:
        walk.with_all_words = has_enough(walk.plan, filters)
        walk.loosely = walk.with_all_words < ENOUGH
    rows = retrieve(query, walk.plan, filters, loosely=walk.loosely)
    hits = rank(rows, walk.plan, sort=query.sort)[:DEEP]
    total = _total(query, walk, filters, len(hits))
    following = [hit for hit in hits if walk.after is None or hit.key > walk.after]
    page = following[:size]
    return Found(
        hits=page,
        total=min(total, COUNTED),
        total_is_least=total > COUNTED,
        facets=_facets(query, hits, walk, filters, total) if with_facets else {},
        cursor=walk.cursor(query, page[-1]) if len(following) > size else None,
        plan=walk.plan,
        loosely=walk.loosely,
        with_all_words=walk.with_all_words,
        as_of=walk.as_of,
    )


@dataclass
class _Walk:
    """A walk through the results of one search: when it began, by what plan, and where it is.

    ``loosely``: any of the words is enough, because too few pages have all of them.
    """

    as_of: datetime
    plan: Plan
    loosely: bool = False
    with_all_words: int = 0
    after: tuple[float, str] | None = None

    @classmethod
    def read(cls, cursor: str, query: SearchQuery, now: datetime) -> "_Walk":
        value = read_cursor(cursor, salt=SALT)
        try:
            version, began, digest, plan, loosely, with_all_words, key = value
            as_of = parse_datetime(began)
            after = (float(key[0]), str(UUID(key[1])))
            walk = cls(as_of or now, Plan.load(plan), bool(loosely), int(with_all_words), after)
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
            self.with_all_words,
            list(last.key),
        ]
        return write_cursor(value, salt=SALT)


def _digest(query: SearchQuery) -> str:
    return hashlib.blake2b(repr(astuple(query)).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _total(query: SearchQuery, walk: _Walk, filters: Filters, ranked: int) -> int:
    """The number of results; more than ``COUNTED`` where there are more. Only the first ``DEEP`` of them are ranked."""
    if ranked < DEEP:
        return ranked
    if not query.has_words:
        return count(filters, most=COUNTED + 1)
    parameters = matching(walk.plan, loosely=walk.loosely)
    return max(ranked, count(filters, most=COUNTED + 1, also=MATCHES, parameters=parameters))


def _facets(
    query: SearchQuery, hits: Sequence[Hit], walk: _Walk, filters: Filters, total: int
) -> dict[str, list[Value]]:
    sources = facets.Sources(
        hits=[hit.row.page_id for hit in hits],
        scale=max(1.0, total / len(hits)) if hits else 1.0,
        matching=matching(walk.plan, loosely=walk.loosely) if query.has_words else None,
    )
    return facets.count(sources, filters, service_slugs())
