"""The order of results, in SQL's words: a weighted sum of numbers that are each the page's own, so that it does not
depend on what else was found."""

from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from services.search.plan import Plan

VERSION: Final = "odds-2"
"""Pinned in cursors: a walk that began under other weights has to begin anew."""
TEXT: Final = 0.80
"""Of words and meaning together."""
SERVICE: Final = 0.15
QUALITY: Final = 0.05
ODDS: Final = 20
"""What a cosine of 1 says for a page, in the units of BM25, which are logarithms of odds (Robertson and Zaragoza 2009,
section 3).

The embedder is trained so that exp(cosine / 0.05) is in proportion to the probability that two texts belong together
(``distil.TEMPERATURE``), so the logarithm of its odds is the cosine divided by that. Evidence adds up by its
logarithms: words and meaning are one sum, in which a long question's words, of which there are more, count more. Of a
question that the embedder knows in part the cosine says less (``plan.reliability``).
"""

MEANING: Final = f"({TEXT} * %(odds)s / (%(asked)s + %(odds)s))"
"""What a cosine of 1 counts in the whole; ``odds``: of this search."""
TOLD: Final = (
    f"({TEXT} * least(words, %(asked)s) / (%(asked)s + %(odds)s)"
    f" + CASE WHEN offers THEN {SERVICE} ELSE 0 END + {QUALITY} * quality)"
)
"""What can be said of a page without its vector: BM25, of which ``asked`` is the most that there is for these words;
service; quality."""
RELEVANCE: Final = f"round(({TOLD} + {MEANING} * greatest(0, similarity))::numeric, 6)::float8"
"""The whole, from 0 to 1."""


def odds_of(plan: Plan) -> float:
    """What a cosine of 1 says for a page in this search."""
    return ODDS * plan.reliance


class Row(NamedTuple):
    """A page that may answer the search, and the number that it is sorted by, lowest first.

    ``words`` is its BM25 score, ``similarity`` a cosine, ``offers`` whether it has a service that is meant.
    """

    page_id: UUID
    words: float
    similarity: float
    offers: bool
    quality: float
    order: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: its row, and the key that it is sorted by (ascending)."""

    row: Row

    @property
    def key(self) -> tuple[float, str]:
        """Its place: equal ones by id."""
        return self.row.order, str(self.row.page_id)
