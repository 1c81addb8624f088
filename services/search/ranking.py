"""Ordering what was retrieved. Pure: no I/O, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.search.plan import Plan
from services.search.retrieve import Row

VERSION: Final = "fusion-2"
"""Pinned in cursors: a walk that began under other weights has to begin anew."""
WORDS: Final = 0.50
MEANING: Final = 0.30
SERVICE: Final = 0.15
QUALITY: Final = 0.05


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: its row, and the key that it is sorted by (ascending)."""

    row: Row
    key: tuple[float, str]


def rank(rows: Sequence[Row], plan: Plan, *, sort: str) -> list[Hit]:
    """The hits in their order; equal ones by id."""
    asked = plan.weight or 1.0
    by_relevance = sort == "relevance" and bool(plan.terms)
    hits = [
        Hit(row, (-round(relevance(row, asked), 6) if by_relevance else -row.value, str(row.page_id))) for row in rows
    ]
    return sorted(hits, key=lambda hit: hit.key)


def relevance(row: Row, asked: float) -> float:
    """A weighted sum of numbers from 0 to 1: BM25 as a share of ``asked``, the most that there is for these words;
    meaning; service; quality. Each is the page's own, so that it does not depend on what else was found."""
    return (
        WORDS * min(1.0, row.words / asked)
        + MEANING * max(0.0, row.similarity)
        + SERVICE * row.offers
        + QUALITY * row.quality
    )
