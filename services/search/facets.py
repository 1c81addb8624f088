"""Counts beside the results: what a search could be narrowed to. Counted in the statement that retrieves the results,
from the rows that it has read anyway."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.search.filters import AVAILABLE, Filters
from services.search.scope import MATCHING

MOST: Final = 12
"""Values that a facet shows."""
COUNTED: Final = 1001
"""Pages that are counted for a facet that filters; where there are more, its numbers are estimated from these."""

COLUMNS: Final = (
    f"e.service_ids, e.skills, e.country, e.languages, e.remote, e.rating, {AVAILABLE} AS is_available"
    # A facet's row counts once however many of its values it has; the columns are all that facets need of a page.
)
KEPT: Final = "service_ids, skills, country, languages, remote, rating, is_available"
"""The same further on in the statement."""
LISTED: Final[Mapping[str, str]] = {
    "service": "unnest(service_ids)",
    "skill": "unnest(skills)",
    "country": "nullif(country, '')",
    "language": "unnest(languages)",
}
"""The values that a row counts for, by facet."""
FLAGS: Final[Mapping[str, Mapping[str, str]]] = {
    "remote": {"true": "remote"},
    "min_rating": {"3": "rating >= 3", "4": "rating >= 4", "4.5": "rating >= 4.5"},
    "available": {"true": "is_available"},
}
"""Facets whose values are known beforehand: they take one scan together."""
NAMES: Final = ("service", "skill", "country", "language", "remote", "min_rating", "available")

WIDER: Final = """{name} AS MATERIALIZED (
    (SELECT {columns} FROM services_searchentry e WHERE {matches} AND {where} LIMIT {counted}) {further}
)"""
LIST: Final = """(
    SELECT '{facet}', value::text, count(*) AS number FROM (SELECT {value} AS value FROM {source}) AS listed
    WHERE value IS NOT NULL GROUP BY value ORDER BY {first} number DESC, value::text LIMIT {most}
)"""
MEANT_FIRST: Final = "value = ANY(%(services)s::int[]) DESC,"
"""Services that the words mean are among the values, though more pages that have the words may offer others."""
FLAG: Final = """(
    SELECT each.* FROM (SELECT {counts} FROM {source}) AS flags
    CROSS JOIN LATERAL (VALUES {rows}) AS each (facet, value, number) WHERE number > 0
)"""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet as its parameter has it, how many results have it, and whether that number is estimated."""

    value: str
    count: int
    approx: bool


@dataclass(frozen=True, slots=True)
class Counting:
    """What is counted: the rows of ``shown``, and, for each of the facets that filter, those of a wider table of its
    own, in which its filter does not hold.

    ``matches``: the condition by which rows are results; ``further``: what adds the results that it does not tell of.
    ``has_words``: there are words, and the parameter ``services`` of those that they mean.
    """

    filters: Filters
    matches: str
    further: str = ""
    has_words: bool = False

    @property
    def filtering(self) -> list[str]:
        """The facets that filter."""
        return [name for name in NAMES if name in self.filters.conditions]

    def tables(self) -> Iterable[str]:
        """What the counting statements read beside ``shown``."""
        for name in self.filtering:
            where = self.filters.where(without=name)
            yield WIDER.format(
                name=f"wider_{name}",
                columns=COLUMNS,
                matches=self.matches,
                where=where,
                counted=COUNTED,
                further=self.further,
            )

    def selects(self) -> Iterable[str]:
        """Statements that answer with facet, value and number; with no facet where the number is that of a table's
        rows."""
        sources = {name: f"wider_{name}" if name in self.filtering else "shown" for name in NAMES}
        for name, value in LISTED.items():
            first = MEANT_FIRST if self.has_words and name == "service" else ""
            yield LIST.format(facet=name, value=value, source=sources[name], first=first, most=MOST)
        for source in dict.fromkeys(["shown", *sources.values()]):
            yield _flags(source, [name for name in FLAGS if sources[name] == source])


def _flags(source: str, names: Sequence[str]) -> str:
    """The number of the table's rows, and how many of them have each value of these facets."""
    values = [(name, value, condition) for name in names for value, condition in FLAGS[name].items()]
    counts = [f"count(*) FILTER (WHERE {condition}) AS n{place}" for place, (*_, condition) in enumerate(values)]
    rows = [f"('{name}', '{value}', n{place})" for place, (name, value, _condition) in enumerate(values)]
    return FLAG.format(
        counts=", ".join(["count(*) AS n", *counts]),
        source=source,
        rows=", ".join([f"('', '{source}', n)", *rows]),
    )


def read(
    rows: Iterable[tuple[str, str, int]],
    filters: Filters,
    expected: Mapping[str, float],
    slugs: Mapping[int, str],
    *,
    is_all: bool,
) -> dict[str, list[Value]]:
    """The most frequent values of every facet, from the rows of ``Counting.selects``.

    ``expected`` are the numbers of pages to expect, as ``scope.expect`` says: what each counted row stands for, unless
    ``shown`` ``is_all`` results.
    """
    found: dict[str, list[Value]] = {name: [] for name in NAMES}
    counted = list(rows)
    sizes = {source: number for facet, source, number in counted if not facet}
    factors = {name: _factor(name, sizes, filters, expected, is_all=is_all) for name in NAMES}
    for name, value, number in sorted(counted, key=lambda row: (-row[2], row[1])):
        shown = slugs.get(int(value), "") if name == "service" else value
        if name and shown:
            factor = factors[name]
            found[name].append(Value(shown, round(number * factor), factor > 1))
    return found


def _factor(
    name: str, sizes: Mapping[str, int], filters: Filters, expected: Mapping[str, float], *, is_all: bool
) -> float:
    """For how many pages each counted one stands."""
    if name not in filters.conditions:
        return 1 if is_all else max(1.0, expected[MATCHING] / max(sizes["shown"], 1))
    counted = sizes.get(f"wider_{name}", 0)
    return 1 if counted < COUNTED else max(1.0, expected[name] / counted)
