"""How much of the index a search looks at, so that its cost does not grow with the pages that a word stands on.

PostgreSQL's planner says, without reading a page, how many pages to expect behind the filters and among the matches.
Where those are few, all are scored. Where they are many, those come first in which a word counts much, until there are
enough: the others could hardly be among the first results.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from services.search.filters import Filters
from services.search.matches import LEVELS, MATCHES, matching, most_at
from services.search.plan import Plan, Term

FEW: Final = 2500
"""Matches that are all scored."""
SCORED: Final = 1500
"""Of more, as many are scored: more than a walk goes through. Others come by their meaning (``nearest``)."""
MOST_LISTED: Final = 20_000
"""Pages of a service that are looked through at most for those that pass the filters."""
ENOUGH: Final = 100
"""With fewer pages that have all words, those with some of them are looked at too."""
ALL: Final = "all"
PASSING: Final = "passing"
MATCHING: Final = "matching"
WORDS: Final = "words"


@dataclass(frozen=True, slots=True)
class Scope:
    """Pinned for a whole walk. ``loosely``: few pages have all of the words, so that any of them is enough;
    ``with_all_words``: how many have them all, as far as that was counted; ``levels``: for each term what it has to
    count, ``LEVELS`` where it alone is not enough, or nothing where every match is scored; ``listed``: how many pages
    of the services that are meant are scored whatever their words, 0 for all."""

    loosely: bool = False
    with_all_words: int = 0
    levels: tuple[int, ...] = ()
    listed: int = 0

    def dump(self) -> list[Any]:
        """As JSON can carry it."""
        return [self.loosely, self.with_all_words, list(self.levels), self.listed]

    @classmethod
    def load(cls, dumped: Any) -> "Scope":
        """What ``dump`` made. Raises TypeError and ValueError for anything else."""
        loosely, with_all_words, levels, listed = dumped
        return cls(bool(loosely), int(with_all_words), tuple(int(level) for level in levels), int(listed))


def count(filters: Filters, *, most: int, also: str = "true", parameters: Mapping[str, Any] | None = None) -> int:
    """How many pages pass the filters (and ``also``), at most ``most``. One query."""
    inner = f"SELECT 1 FROM services_searchentry e WHERE {also} AND {filters.where()} LIMIT {most:d}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({inner}) AS counted", {**filters.parameters, **(parameters or {})})  # noqa: S608
        return int(cursor.fetchone()[0])


def has_enough(plan: Plan, filters: Filters) -> int:
    """How many pages have all of the words, at most ``ENOUGH``. One query."""
    return count(filters, most=ENOUGH, also="e.words @@ %(words)s::tsquery", parameters=matching(plan, loosely=False))


def expect(plan: Plan, filters: Filters, *, loosely: bool, without: Sequence[str] = ()) -> dict[str, float]:
    """The numbers of pages to expect by PostgreSQL's statistics: of ``ALL``, ``PASSING`` the filters, ``MATCHING`` too,
    of these by ``WORDS``, and matching without each of the named filters. One query, which reads no page."""
    matches = MATCHES if plan.terms or plan.services else "true"
    words = "e.words @@ %(words)s::tsquery" if plan.terms else "true"
    conditions = {
        ALL: "true",
        PASSING: filters.where(),
        MATCHING: f"{matches} AND {filters.where()}",
        WORDS: f"{words} AND {filters.where()}",
        **{name: f"{matches} AND {filters.where(without=name)}" for name in without},
    }
    return _expected(conditions, filters.parameters | matching(plan, loosely=loosely))


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


def levels(plan: Plan, expected: Mapping[str, float], *, loosely: bool) -> tuple[int, ...]:
    """What each term has to count for a page to be scored, so that some ``SCORED`` of those that match and pass the
    filters are; nothing where all are. Pure."""
    # Where few have the words, all of them are scored, however many offer the service that is meant (``listed``).
    if expected[WORDS] <= FEW or not plan.terms:
        return ()
    asked = SCORED / max(_share(plan, expected, loosely=loosely), SCORED / max(expected[ALL], 1))
    chosen = [LEVELS] * len(plan.terms)
    pages = 0.0
    for _value, place, level, more in sorted(_tiers(plan.terms), key=lambda tier: (-tier[0], tier[1])):
        if pages and pages + more > asked:
            break
        pages += more
        chosen[place] = level
    # All words have to be there: where one of them is looked for wherever it stands, that is every match.
    return () if all(level == 0 for level in chosen) or (not loosely and 0 in chosen) else tuple(chosen)


def listed(plan: Plan, expected: Mapping[str, float]) -> int:
    """How many pages of the services that are meant are scored whatever their words, so that some ``SCORED`` of them
    pass the filters; 0 for all. Pure."""
    if not plan.services or expected[MATCHING] <= FEW:
        return 0
    return round(min(SCORED * expected[ALL] / max(expected[PASSING], 1), MOST_LISTED))


def _share(plan: Plan, expected: Mapping[str, float], *, loosely: bool) -> float:
    """Of the pages with one of the words, the share that also passes the filters (and has the other words)."""
    if loosely:
        return expected[PASSING] / max(expected[ALL], 1)
    return expected[WORDS] / max(min(sum(term.pages for term in forms) for forms in plan.forms), 1)


def _tiers(terms: Sequence[Term]) -> Iterator[tuple[float, int, int, float]]:
    """What each term adds at most to a page's score in each of its tiers, its place, level, and the tier's pages. A
    term that few pages have is one tier."""
    for place, term in enumerate(terms):
        if not term.tiers:
            yield term.weight, place, 0, term.pages
            continue
        for level, pages in enumerate(term.tiers):
            yield term.weight * most_at(level), place, level, pages
