"""Getting a page of results: bounded numbers of pages from each source, filters applied in each, ranked, counted and
cut in one statement, so that nothing but the page's own rows and the counts leaves the database.

Words and services are enumerated through the GIN index and scored by BM25. Those that are nearest in meaning, whatever
their words, are found by comparing all (``nearest``). What was read of a row once is carried along to the end of the
statement.

For the first page most vectors need not be read: those that were not among the nearest are farther away than these,
and of most matches the words tell that they could not get onto the page even so (the idea of Fagin's threshold
algorithm).
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from services.search import facets
from services.search.embedding.chosen import embedder
from services.search.facets import Counting
from services.search.filters import Filters
from services.search.matches import matches
from services.search.nearest import BOUNDED, MOST, Nearest, nearest
from services.search.plan import Plan
from services.search.query import SearchQuery
from services.search.ranking import MEANING, RELEVANCE, TOLD, Row, odds_of
from services.search.scope import Scope
from services.search.statements import (
    AFTER,
    ALL,
    ASKED,
    BEST,
    BROWSE,
    BROWSED_BY,
    BY_VALUE,
    COLUMNS,
    COUNTS,
    EXACT,
    FURTHER,
    GATHER,
    REACH,
    ROWS,
    SHOWN,
    SIMILARITY,
    SIZE,
    SIZES,
    SURE,
    TOTAL,
    VALUES,
)
from services.search.versions import Asked, ask

DEEP: Final = 1000
"""How many results a search has at most."""
SAMPLE: Final = 500
"""From how many of the first results the numbers of facets are estimated, where there are more than ``DEEP``."""
EXACTLY: Final = 1e-6
"""What rounding the relevance may change."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the results: ``size`` of them and one more, behind the one whose key is ``after``.

    ``with_counts``: and what facets count. ``most`` are looked at where nothing ranks them but an index.
    """

    size: int = DEEP
    after: tuple[float, str] | None = None
    with_counts: bool = False
    most: int = DEEP


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Rows in their order, the number of all results (at most ``DEEP``), and what ``facets.read`` reads.

    ``with_all_words``: how many of those that were looked at certainly have all words; there may be more.
    """

    rows: list[Row]
    total: int
    with_all_words: int
    counts: list[tuple[str, str, int]]


def retrieve(
    query: SearchQuery, plan: Plan, filters: Filters, scope: Scope, *, passing: float, matching: float, wanted: Wanted
) -> Retrieved:
    """Pages that pass the filters and match by words, service or meaning; all of the filters' without words.
    ``passing`` are expected to pass, of which ``matching`` match by words or service. One query."""
    statement, parameters = build(query, plan, filters, scope, passing=passing, matching=matching, wanted=wanted)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found = cursor.fetchall()
    rows = [Row._make(row[:6]) for row in found if row[0] is not None]
    others = [row[6:] for row in found if row[0] is None]
    numbers = {value: number for facet, value, number in others if facet is None}
    counts = [row for row in others if row[0] is not None]
    return Retrieved(rows, min(numbers[TOTAL], DEEP), numbers.get(SURE, 0), counts)


def build(
    query: SearchQuery, plan: Plan, filters: Filters, scope: Scope, *, passing: float, matching: float, wanted: Wanted
) -> tuple[str, dict[str, Any]]:
    """The statement and its parameters, also for EXPLAIN."""
    parameters = filters.parameters | {"size": wanted.size}
    if wanted.after:
        parameters |= {"after_place": wanted.after[0], "after_page": wanted.after[1]}
    if not query.has_words:
        return _browse(query, filters, wanted), parameters
    asked = ask(plan.spelled(query.text))
    found = matches(plan, loosely=scope.loosely)
    sizes = SIZES.format(surely="words > 0" if len(plan.forms) == 1 else "NOT offers")
    near = nearest(asked, filters, passing=passing)
    gathered = _gather(query, filters, found, near, wanted, is_all=matching <= MOST) + _cut(query, wanted, asked, near)
    statement = gathered + _answer(wanted, sizes, Counting(filters, found, FURTHER, has_words=True))
    return statement, parameters | _parameters(plan, scope, asked)


def _browse(query: SearchQuery, filters: Filters, wanted: Wanted) -> str:
    browsed = BROWSE.format(
        where=filters.where(),
        order=BROWSED_BY[query.sort],
        value=VALUES[query.sort],
        deep=wanted.most,
        counted=_counted(wanted),
    )
    return browsed + _answer(wanted, SIZE, Counting(filters, "true"))


def _gather(query: SearchQuery, filters: Filters, found: str, near: Nearest, wanted: Wanted, *, is_all: bool) -> str:
    return GATHER.format(
        asked=ASKED,
        where=filters.where(),
        columns=COLUMNS.format(value=VALUES[query.sort]),
        near=near.statement,
        matches=found,
        bounded="" if is_all else BOUNDED,
        told=TOLD,
        first="told DESC" if query.sort == "relevance" else "value",
        deep=DEEP,
        counted=_counted(wanted),
    )


def _cut(query: SearchQuery, wanted: Wanted, asked: Asked, near: Nearest) -> str:
    """How the results become those of the page, and what is read for that."""
    # Between two embedders the farthest of the near pages says nothing about those of the other one.
    by_relevance = ALL if wanted.after or asked.is_between else BEST
    return (by_relevance if query.sort == "relevance" else BY_VALUE).format(
        relevance=RELEVANCE,
        meaning=MEANING,
        similarity=SIMILARITY.format(distance=asked.distance),
        reach=REACH if near.is_all else 1,
        exactly=EXACTLY,
        deep=DEEP,
        after=AFTER if wanted.after else "true",
    )


def _answer(wanted: Wanted, sizes: str, counting: Counting) -> str:
    rows = ROWS.format(after=AFTER if wanted.after else "true", sizes=sizes)
    if not wanted.with_counts:
        return rows
    tables = [SHOWN.format(further=counting.further, deep=DEEP, sample=SAMPLE), *counting.tables()]
    return f", {', '.join(tables)} {rows} {COUNTS.format(selects=' UNION ALL '.join(counting.selects()))}"


def _counted(wanted: Wanted) -> str:
    """The columns that facets need."""
    return f", {facets.COLUMNS}" if wanted.with_counts else ""


def exactly(query: SearchQuery, plan: Plan, filters: Filters, scope: Scope) -> list[Row]:
    """What ``retrieve`` looks for, by looking at every page: the measure of what it finds. One slow query."""
    asked = ask(plan.spelled(query.text))
    parameters = filters.parameters | _parameters(plan, scope, asked)
    columns = COLUMNS.format(value=VALUES[query.sort])
    order = f"-{RELEVANCE}" if query.sort == "relevance" else "value"
    statement = EXACT.format(
        asked=ASKED,
        where=filters.where(),
        columns=columns,
        matches=matches(plan, loosely=scope.loosely),
        distance=asked.distance,
        order=order,
        deep=DEEP,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Row._make(row) for row in cursor.fetchall()]


def _parameters(plan: Plan, scope: Scope, asked: Asked) -> dict[str, Any]:
    limits = embedder().limits
    return {
        **asked.parameters,
        "services": list(plan.services),
        "numbers": [term.number for term in plan.terms],
        "weights": [term.weight for term in plan.terms],
        "mean_length": plan.mean_length,
        "asked": plan.weight or 1.0,
        "odds": odds_of(plan),
        "far": 1 - (limits.loose if scope.loosely else limits.found),
    }
