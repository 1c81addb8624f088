"""The results of a search among the pages of one part of the index."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from services.search.engines.base import Asked
from services.search.engines.columns.arrays import Floats, Mask, Places
from services.search.engines.columns.segment import Segment
from services.search.ranking import QUALITY, SERVICE, TEXT, Row, odds_of

MOST_RATINGS: Final = 1000
"""Numbers of ratings beyond this do not tell two pages apart that are rated alike."""
UNKNOWN_PRICE: Final = 1e12
"""What stands for the price of a page that names none, in EUR."""


@dataclass(frozen=True, slots=True)
class Found:
    """Pages of a segment, in order, that may be results, with what they are ranked by; ``similarity`` is NaN where it
    was not looked at. ``told``: what can be said of them without it (``ranking.TOLD``). ``is_all``: there are no
    others."""

    segment: Segment
    asked: Asked
    places: Places
    words: Floats
    offers: Mask
    similarity: Floats
    told: Floats
    is_all: bool

    @classmethod
    def of(
        cls,
        segment: Segment,
        asked: Asked,
        places: Places,
        words: Floats,
        offers: Mask,
        similarity: Floats,
        *,
        is_all: bool,
    ) -> "Found":
        """These pages, with what can be said of them without their vectors."""
        weight, quality = _weight(asked), segment.columns.quality[places]
        counted = TEXT * np.minimum(words, weight) / (weight + odds_of(asked.plan))
        told = counted + SERVICE * offers + QUALITY * quality
        return cls(segment, asked, places, words, offers, similarity, told, is_all)

    def order(self) -> Floats:
        """What the pages are sorted by, lowest first."""
        columns, places, sort = self.segment.columns, self.places, self.asked.query.sort
        if sort == "rating":
            return -np.nan_to_num(columns.rating[places]) - np.minimum(columns.rating_count[places], MOST_RATINGS) / 1e6
        if sort == "newest":
            return -columns.first_published_at[places]
        if sort == "price":
            rate = columns.rate_eur[places]
            return np.where(np.isnan(rate), UNKNOWN_PRICE, rate)
        if not self.asked.query.has_words:
            return -columns.quality[places]
        odds = odds_of(self.asked.plan)
        meaning = TEXT * odds / (_weight(self.asked) + odds) * np.maximum(0, np.nan_to_num(self.similarity))
        return -np.round(self.told + meaning, 6)

    def row(self, number: int, order: float) -> Row:
        """One of the pages as a result."""
        place, similarity = int(self.places[number]), float(self.similarity[number])
        return Row(
            page_id=self.segment.page_id(place),
            words=float(self.words[number]),
            similarity=0.0 if np.isnan(similarity) else similarity,
            offers=bool(self.offers[number]),
            quality=float(self.segment.columns.quality[place]),
            order=order,
        )


def _weight(asked: Asked) -> float:
    return asked.plan.weight or 1.0
