"""What an engine of the search index has to do.

The index's rows stay in PostgreSQL, written in the transaction that publishes: whatever engine answers, they are what
it is fed from, and what is asked about a few named pages (``judging``, ``among``) is asked of them. An engine of
another kind follows ``services_searchchange``, which says what rows changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

from marketplace.api.paging import CursorExpired
from services.search.browsing import Counted
from services.search.candidate import Candidate, CandidateQuery
from services.search.plan import Plan
from services.search.query import SearchQuery
from services.search.ranking import Row
from services.search.retrieve import Wanted
from services.search.scope import Scope

ALWAYS: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search, understood. ``scope`` is None where a walk begins; ``as_of``: when it began."""

    query: SearchQuery
    plan: Plan
    as_of: datetime
    scope: Scope | None = None

    @property
    def written_until(self) -> datetime:
        """Rows that were written later are passed over.

        Where a walk begins there are none: a page that is embedded between ``as_of`` and the look would be missed.
        """
        return ALWAYS if self.scope is None else self.as_of

    def require(self, *, in_columns: bool, ranked_since: float = 0.0) -> None:
        """Raises CursorExpired where a walk goes on in the order of relevance that began in another engine, or before
        pages came to be ranked otherwise (seconds since 1970). Other orders are the same everywhere."""
        if self.scope is None or not self.query.has_words or self.query.sort != "relevance":
            return
        if self.scope.in_columns != in_columns or self.as_of.timestamp() < ranked_since:
            raise CursorExpired


@dataclass(frozen=True, slots=True)
class Looked:
    """A page of results and one row more, if there is one; what is counted beside them; and what was looked at."""

    rows: list[Row]
    counted: Counted
    scope: Scope


class Engine(Protocol):
    """Finds published pages. tests/test_search_engines.py says what all engines have in common.

    What a committed transaction published, changed or paused shows in the next answer. Where a walk
    goes on, rows that were written after ``as_of`` are passed over, so that it meets no page twice.
    """

    def look(self, asked: Asked, wanted: Wanted) -> Looked:
        """The pages that pass the search's filters and match by words (all of them, or any where few pages have all),
        by service or by meaning; all that pass the filters where there are no words. In the order of
        ``services.search.ranking``. Raises CursorExpired where that has come to be another one since a walk began."""

    def candidates(self, queries: Sequence[CandidateQuery]) -> list[list[Candidate]]:
        """For each request the pages that may be matched to it by the rules of ``services.search.eligibility``, those
        with the best 0.5 × similarity + 0.3 × words + 0.2 × quality first, at most ``query.limit``."""
