"""How much of the index a search looks at.

PostgreSQL's planner says, without reading a page, how many pages to expect behind the filters and among the matches.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from services.search.filters import Filters
from services.search.matches import all_words, any_word, matches
from services.search.plan import Plan

ENOUGH: Final = 100
"""With fewer pages that have all words, those with some of them are looked at too."""
ALL: Final = "all"
PASSING: Final = "passing"
MATCHING: Final = "matching"
WORDS: Final = "words"


@dataclass(frozen=True, slots=True)
class Scope:
    """Pinned for a whole walk. ``loosely``: few pages have all of the words, so that any of them is enough;
    ``with_all_words``: how many have them all, as far as that was counted. ``in_columns``: whether that engine ranks
    its pages, whose vectors are rounded."""

    loosely: bool = False
    with_all_words: int = 0
    in_columns: bool = False

    def dump(self) -> list[Any]:
        """As JSON can carry it."""
        return [self.loosely, self.with_all_words, self.in_columns]

    @classmethod
    def load(cls, dumped: Any) -> "Scope":
        """What ``dump`` made, also that of the version before, which did not know the engine. Raises TypeError and
        ValueError for anything else."""
        loosely, with_all_words, *rest = dumped
        return cls(bool(loosely), int(with_all_words), rest == [True])


def count(filters: Filters, *, most: int, also: str = "true") -> int:
    """How many pages pass the filters (and ``also``), at most ``most``. One query."""
    inner = f"SELECT 1 FROM services_searchentry e WHERE {also} AND {filters.where()} LIMIT {most:d}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({inner}) AS counted", filters.parameters)  # noqa: S608
        return int(cursor.fetchone()[0])


def has_enough(plan: Plan, filters: Filters) -> int:
    """How many pages have all of the words, at most ``ENOUGH``. One query."""
    return count(filters, most=ENOUGH, also=all_words(plan))


def expect(plan: Plan, filters: Filters, *, loosely: bool, without: Sequence[str] = ()) -> dict[str, float]:
    """The numbers of pages to expect by PostgreSQL's statistics: of ``ALL``, ``PASSING`` the filters, ``MATCHING`` too,
    of these by ``WORDS``, and matching without each of the named filters. One query, which reads no page."""
    words = (any_word(plan.terms) if loosely else f"({all_words(plan)})") if plan.terms else "true"
    matching = matches(plan, loosely=loosely) if plan.terms or plan.services else "true"
    conditions = {
        ALL: "true",
        PASSING: filters.where(),
        MATCHING: f"{matching} AND {filters.where()}",
        WORDS: f"{words} AND {filters.where()}",
        **{name: f"{matching} AND {filters.where(without=name)}" for name in without},
    }
    return _expected(conditions, filters.parameters | {"services": list(plan.services)})


def passing_each(filters: Filters) -> dict[str, float]:
    """How many pages to expect behind each filter alone, of at least two. One query, which reads no page."""
    return _expected(filters.conditions, filters.parameters)


def _expected(conditions: Mapping[str, str], parameters: Mapping[str, Any]) -> dict[str, float]:
    each = (f"(SELECT 1 FROM services_searchentry e WHERE {condition})" for condition in conditions.values())  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {' UNION ALL '.join(each)}", parameters)
        found = cursor.fetchone()[0]
    plans = (found if isinstance(found, list) else json.loads(found))[0]["Plan"]["Plans"]
    return {name: float(plan["Plan Rows"]) for name, plan in zip(conditions, plans, strict=True)}
