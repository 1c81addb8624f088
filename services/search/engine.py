"""Searching: understand, have the engine look, cut a page out."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from django.utils.dateparse import parse_datetime

from marketplace.api import read_cursor, write_cursor
from marketplace.api.paging import CursorExpired, InvalidCursor
from services.search.engines.base import Asked
from services.search.engines.chosen import engine
from services.search.facets import Value
from services.search.plan import Plan, understand
from services.search.query import SearchQuery
from services.search.ranking import VERSION, Hit
from services.search.retrieve import Wanted
from services.search.scope import Scope

PER_PAGE: Final = 20
CURSOR_SECONDS: Final = 600
SALT: Final = "search"


Having = Literal["", "all", "some", "none"]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results. ``total`` is exact unless ``total_is_estimate``; ``scope``: what was looked at."""

    hits: list[Hit]
    total: int
    total_is_estimate: bool
    facets: Mapping[str, Sequence[Value]]
    cursor: str | None
    plan: Plan
    scope: Scope
    as_of: datetime

    @property
    def words_found(self) -> Having:
        """How many of the words that tell anything these results have: the first of them all, or some, or none has
        any, and they are here for the service that is meant or for their meaning alone. Empty without words, and
        without results."""
        if not self.hits or not self.plan.terms:
            return ""
        if not any(hit.row.words > 0 for hit in self.hits):
            return "none"
        return "some" if self.scope.loosely and not self.scope.with_all_words else "all"


def search(
    query: SearchQuery, *, now: datetime, cursor: str = "", size: int = PER_PAGE, with_facets: bool = True
) -> Found:
    """One page of results. ``cursor`` continues a walk: it pins plan, scope, weights and time, so that no page comes
    twice. Raises InvalidCursor, and CursorExpired after ten minutes or when the weights have changed.
    """
    walk = _Walk.read(cursor, query, now) if cursor else _Walk(now, understand(query.text))
    asked = Asked(query, walk.plan, walk.as_of, walk.scope)
    looked = engine().look(asked, Wanted(size, walk.after, with_facets))
    page = [Hit(row) for row in looked.rows[:size]]
    return Found(
        hits=page,
        total=looked.counted.total,
        total_is_estimate=looked.counted.is_estimate,
        facets=looked.counted.facets,
        cursor=walk.cursor(query, looked.scope, page[-1]) if len(looked.rows) > size else None,
        plan=walk.plan,
        scope=looked.scope,
        as_of=walk.as_of,
    )


@dataclass
class _Walk:
    """A walk through the results of one search: when it began, by what plan and scope, and where it is; without a scope
    where it begins."""

    as_of: datetime
    plan: Plan
    scope: Scope | None = None
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

    def cursor(self, query: SearchQuery, scope: Scope, last: Hit) -> str:
        value: list[Any] = [
            VERSION,
            self.as_of.isoformat(),
            _digest(query),
            self.plan.dump(),
            scope.dump(),
            list(last.key),
        ]
        return write_cursor(value, salt=SALT)


def _digest(query: SearchQuery) -> str:
    return hashlib.blake2b(repr(astuple(query)).encode("utf-8", "replace"), digest_size=8).hexdigest()
