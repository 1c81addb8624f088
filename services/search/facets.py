"""Counts beside the results: what a search could be narrowed to."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.search.retrieve import Row

MOST: Final = 12
"""Values that a facet shows."""
RATINGS: Final = (4.5, 4.0, 3.0)
NAMES: Final = ("service", "skill", "country", "language", "remote", "min_rating", "available")


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet as its parameter has it, how many results have it, and whether that number is estimated."""

    value: str
    count: int
    approx: bool


def count(name: str, rows: Sequence[Row], slugs: Mapping[int, str], *, scale: float) -> list[Value]:
    """The values of one facet, most frequent first. ``scale`` over 1: the rows are a sample of so many times more."""
    counts = Counter(value for row in rows for value in _values(name, row, slugs))
    approx = scale > 1
    return [
        Value(value, round(number * scale) if approx else number, approx) for value, number in counts.most_common(MOST)
    ]


def _values(name: str, row: Row, slugs: Mapping[int, str]) -> Iterable[str]:
    match name:
        case "service":
            return [slugs[service] for service in row.service_ids if service in slugs]
        case "skill":
            return row.skills
        case "country":
            return [row.country] if row.country else []
        case "language":
            return row.languages
        case "remote":
            return ["true"] if row.remote else []
        case "min_rating":
            return [f"{least:g}" for least in RATINGS if row.rating is not None and row.rating >= least]
        case _:
            return ["true"] if row.available else []
