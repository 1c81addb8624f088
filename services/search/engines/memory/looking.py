"""A search among the pages of one segment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from services.search.embedding.chosen import embedder
from services.search.engines.base import Asked
from services.search.engines.memory.lists import Mask
from services.search.engines.memory.scores import Scores
from services.search.engines.memory.segment import Floats, Segment
from services.search.ranking import ODDS, QUALITY, SERVICE, TEXT, Row

MOST_RATINGS: Final = 1000
UNKNOWN_PRICE: Final = 1e12


@dataclass(frozen=True, slots=True)
class Looking:
    """``alive``: pages that may be found at all; ``filters``: which pass each filter, by its name."""

    segment: Segment
    alive: Mask
    filters: Mapping[str, Mask]
    scores: Scores
    asked: Asked

    def passing(self, *, without: str = "") -> Mask:
        """Pages that pass all filters, or all but one."""
        found = self.alive.copy()
        for name, mask in self.filters.items():
            if name != without:
                found &= mask
        return found

    def with_all_words(self) -> int:
        """How many pages have all words and pass."""
        return int((self.scores.has_all & self.passing()).sum())

    def found(self, *, loosely: bool, without: str = "") -> Mask:
        """Pages that pass and match."""
        passing = self.passing(without=without)
        if not self.asked.query.has_words:
            return passing
        limits = embedder().limits
        near = self.scores.similarity >= (limits.loose if loosely else limits.found)
        words = self.scores.has_any if loosely else self.scores.has_all
        return passing & (words | self.scores.offers | near)

    def order(self) -> Floats:
        """What pages are sorted by, lowest first."""
        segment, sort = self.segment, self.asked.query.sort
        if sort == "rating":
            return -np.nan_to_num(segment.rating) - np.minimum(segment.rating_count, MOST_RATINGS) / 1e6
        if sort == "newest":
            return -segment.first_published_at
        if sort == "price":
            return np.where(np.isnan(segment.rate_eur), UNKNOWN_PRICE, segment.rate_eur)
        if not self.asked.query.has_words:
            return -segment.quality
        asked = self.asked.plan.weight or 1.0
        text = (asked * self.scores.words + ODDS * np.maximum(0, self.scores.similarity)) / (asked + ODDS)
        relevance: Floats = np.round(TEXT * text + SERVICE * self.scores.offers + QUALITY * segment.quality, 6)
        return -relevance

    def row(self, place: int, order: float) -> Row:
        """One page as a result."""
        scores, has_words = self.scores, self.asked.query.has_words
        return Row(
            page_id=self.segment.ids[place],
            words=float(scores.words[place]) * (self.asked.plan.weight or 1.0) if has_words else 0.0,
            similarity=float(scores.similarity[place]) if has_words else 0.0,
            offers=bool(scores.offers[place]) and has_words,
            quality=float(self.segment.quality[place]),
            order=order,
        )
