"""Ordering what was retrieved. Pure: no I/O, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.search.plan import Plan
from services.search.retrieve import Row

VERSION: Final = "fusion-1"
"""Pinned in cursors: a walk that began under other weights has to begin anew."""
WORDS: Final = 0.40
PROMINENCE: Final = 0.15
MEANING: Final = 0.25
SERVICE: Final = 0.15
QUALITY: Final = 0.05


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: its row, the key that it is sorted by (ascending), and what speaks for it."""

    row: Row
    key: tuple[float, str]
    reasons: tuple[str, ...]


def rank(rows: Sequence[Row], plan: Plan, *, sort: str) -> list[Hit]:
    """The hits in their order; equal ones by id."""
    hits = [Hit(row, (_sort_key(row, plan, sort), str(row.page_id)), _reasons(row, plan)) for row in rows]
    return sorted(hits, key=lambda hit: hit.key)


def relevance(row: Row, plan: Plan) -> float:
    """A weighted sum: the share of the words, rare ones counting more; where they stand; meaning; service; quality."""
    asked = sum(term.weight for term in plan.terms) or 1.0
    offers = bool(plan.services) and not set(plan.services).isdisjoint(row.service_ids)
    return (
        WORDS * min(1.0, row.coverage / asked)
        + PROMINENCE * min(1.0, row.prominence * 2)
        + MEANING * max(0.0, row.similarity)
        + SERVICE * offers
        + QUALITY * row.quality
    )


def _sort_key(row: Row, plan: Plan, sort: str) -> float:
    if sort == "rating":
        return -((row.rating or 0) + min(row.rating_count, 1000) / 1e6)
    if sort == "newest":
        return -row.first_published_at.timestamp()
    if sort == "price":
        return row.rate_eur if row.rate_eur is not None else 1e12
    return -round(relevance(row, plan) if plan.terms else row.quality, 6)


def _reasons(row: Row, plan: Plan) -> tuple[str, ...]:
    found = []
    if plan.terms and row.coverage >= 0.999 * sum(term.weight for term in plan.terms):
        found.append("words")
    elif row.coverage > 0:
        found.append("some_words")
    if plan.services and not set(plan.services).isdisjoint(row.service_ids):
        found.append("service")
    if row.similarity >= 0.5:
        found.append("meaning")
    return tuple(found)
