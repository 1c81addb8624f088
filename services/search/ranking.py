"""The order of results, in SQL's words: a weighted sum of numbers that are each the page's own, so that it does not
depend on what else was found."""

from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

VERSION: Final = "fusion-3"
"""Pinned in cursors: a walk that began under other weights has to begin anew."""
WORDS: Final = 0.50
MEANING: Final = 0.30
SERVICE: Final = 0.15
QUALITY: Final = 0.05

TOLD: Final = (
    f"({WORDS} * least(1, words / %(asked)s) + CASE WHEN offers THEN {SERVICE} ELSE 0 END + {QUALITY} * quality)"
)
"""What can be said of a page without its vector: BM25 as a share of ``asked``, the most that there is for these words;
service; quality."""
RELEVANCE: Final = f"round(({TOLD} + {MEANING} * greatest(0, similarity))::numeric, 6)::float8"
"""The whole: all of the numbers are from 0 to 1."""


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
