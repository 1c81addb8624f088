"""The engine that needs nothing but the index's own tables: right within the transaction, and exact among few pages. Of
very many it looks at those of the best quality (``nearest.MOST``)."""

from collections.abc import Mapping, Sequence
from typing import Final

from services.search import browsing, facets
from services.search.begin import begin, look_around
from services.search.browsing import Counted
from services.search.candidate import Candidate, CandidateQuery
from services.search.candidates import find_all
from services.search.engines.base import Asked, Looked
from services.search.filters import Filters
from services.search.meant import service_slugs
from services.search.retrieve import DEEP, Retrieved, Wanted, retrieve
from services.search.scope import MATCHING, PASSING, Scope

DIGITS: Final = 2
"""Of an estimated number."""


class PostgreSQLEngine:
    """See ``base.Engine``."""

    def look(self, asked: Asked, wanted: Wanted) -> Looked:
        """See ``base.Engine``. The number of results, and those of facets, are estimates beyond ``DEEP``."""
        asked.require(in_columns=False)
        filters = Filters(asked.query, today=asked.as_of.date(), as_of=asked.written_until)
        if asked.query.has_words or filters or asked.scope or not wanted.with_counts:
            return _look(asked, filters, wanted)
        sort = asked.query.sort
        counted = browsing.recall(sort)
        if counted:
            few = Wanted(wanted.size, most=wanted.size + 1)
            found = retrieve(asked.query, asked.plan, filters, Scope(), passing=0, matching=0, wanted=few)
            return Looked(found.rows, counted, Scope())
        looked = _look(asked, filters, wanted)
        browsing.remember(sort, looked.counted)
        return looked

    def candidates(self, queries: Sequence[CandidateQuery]) -> list[list[Candidate]]:
        """See ``base.Engine``."""
        return find_all(queries)


def _look(asked: Asked, filters: Filters, wanted: Wanted) -> Looked:
    def ask(scope: Scope, expected: Mapping[str, float]) -> Retrieved:
        passing, matching = expected[PASSING], expected[MATCHING]
        return retrieve(asked.query, asked.plan, filters, scope, passing=passing, matching=matching, wanted=wanted)

    if asked.scope is None:
        scope, expected, found = begin(asked.plan, filters, ask)
    else:
        scope = asked.scope
        expected = look_around(asked.plan, filters, loosely=scope.loosely)
        found = ask(scope, expected)
    is_estimate = found.total >= DEEP
    total = max(found.total, _rounded(expected[MATCHING])) if is_estimate else found.total
    if not wanted.with_counts:
        return Looked(found.rows, Counted(total, is_estimate, {}), scope)
    counts = facets.read(found.counts, filters, expected, service_slugs(), is_all=not is_estimate)
    return Looked(found.rows, Counted(total, is_estimate, counts), scope)


def _rounded(number: float) -> int:
    """To as many digits as an estimate is worth."""
    return int(round(number, DIGITS - len(str(int(number)))))
