"""Searching and matching in columns.

``files`` has the segments on disk, ``follow`` what changed since; ``passing`` the filters, ``words`` and
``vectors`` what is searched by, ``looking`` a search and ``matching`` a request in one part; ``counting`` the numbers
beside the results. Where there are no files PostgreSQL answers.

While pages are embedded anew some parts have vectors of one embedder and some of another; each is asked by what the
text means to its own (``versions``).
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from services.search import versions
from services.search.candidate import Candidate, CandidateQuery
from services.search.engines.base import Asked, Looked
from services.search.engines.columns import words
from services.search.engines.columns.counting import counted
from services.search.engines.columns.follow import Follower
from services.search.engines.columns.found import Found
from services.search.engines.columns.looking import Looking
from services.search.engines.columns.matching import Matching, best
from services.search.engines.columns.passing import Part, filters, offering
from services.search.engines.columns.words import Words
from services.search.engines.postgresql import PostgreSQLEngine
from services.search.plan import Plan, weigh_all
from services.search.ranking import Row
from services.search.retrieve import DEEP, Wanted
from services.search.scope import ENOUGH, Scope
from services.search.versions import Meaning

LEAST_FRACTION: Final = 0.05
"""The share of the pages that are looked at which the smallest part gets."""


class ColumnsEngine:
    """See ``base.Engine``."""

    def __init__(self) -> None:
        self._follower = Follower()
        self._postgresql = PostgreSQLEngine()

    def look(self, asked: Asked, wanted: Wanted) -> Looked:
        """See ``base.Engine``. Numbers of more than is gone through are estimates."""
        looking = self.looking(asked)
        if looking is None:
            return self._postgresql.look(asked, wanted)
        scope = asked.scope or _scope(asked, looking)
        found = [(each, each.found(loosely=scope.loosely)) for each in looking]
        numbers = counted(found, loosely=scope.loosely, with_facets=wanted.with_counts)
        return Looked(_rows([each for _looking, each in found], wanted), numbers, scope)

    def looking(self, asked: Asked) -> list[Looking] | None:
        """The search in each part of the index; None where there are no files. Raises CursorExpired where a walk goes
        on whose pages have come to be ranked otherwise."""
        known = self._follower.known()
        if known is None:
            return None
        asked.require(in_columns=True, ranked_since=known.ranked_since)
        parts = known.parts
        [meanings] = versions.meanings([asked.plan.spelled(asked.query.text)], _models(parts))
        return _looking(parts, asked, meanings)

    def candidates(self, queries: Sequence[CandidateQuery]) -> list[list[Candidate]]:
        """See ``base.Engine``."""
        known = self._follower.known() if queries else None
        if known is None:
            return self._postgresql.candidates(queries)
        parts = known.parts
        texts = [query.text for query in queries]
        meant = versions.meanings(texts, _models(parts))
        return [
            _candidates(parts, query, plan, meanings)
            for query, plan, meanings in zip(queries, weigh_all(texts), meant, strict=True)
        ]


def _fractions(parts: Sequence[Part]) -> list[float]:
    pages = sum(map(len, parts))
    return [max(len(part) / max(pages, 1), LEAST_FRACTION) for part in parts]


def _models(parts: Sequence[Part]) -> set[str]:
    """The names of the embedders that made the parts' vectors."""
    return {part.segment.model for part in parts}


def _looking(parts: Sequence[Part], asked: Asked, meanings: Mapping[str, Meaning]) -> list[Looking]:
    offered = offering(asked.query)
    services = frozenset.intersection(*offered.values()) if offered else None
    wanted = words.Asked.of(asked.plan)
    until = asked.written_until.timestamp() if asked.scope else float("inf")
    today = asked.as_of.date()
    return [
        Looking(
            part,
            filters(part, asked.query, offered, today=today, until=until),
            Words(part.segment.words, wanted),
            asked,
            meanings[part.segment.model],
            fraction=fraction,
            services=services,
        )
        for part, fraction in zip(parts, _fractions(parts), strict=True)
        if len(part)
    ]


def _scope(asked: Asked, looking: Sequence[Looking]) -> Scope:
    """Whether pages with all words are enough to be content with them."""
    if not asked.plan.terms:
        return Scope(in_columns=True)
    enough = 0
    for each in looking:
        enough += each.with_all_words()
        if enough >= ENOUGH:
            return Scope(with_all_words=ENOUGH, in_columns=True)
    return Scope(loosely=True, with_all_words=enough, in_columns=True)


def _rows(found: Sequence[Found], wanted: Wanted) -> list[Row]:
    """The first results of all parts behind ``wanted.after``, in their order."""
    if not found:
        return []
    orders = [each.order() for each in found]
    order = np.concatenate(orders)
    part = np.repeat(np.arange(len(found)), [len(each) for each in orders])
    within = np.concatenate([np.arange(len(each)) for each in orders])
    if len(order) > DEEP:
        # Those that are as good as the last one stay for now, to be told apart by their ids.
        kept = np.flatnonzero(order <= np.partition(order, DEEP - 1)[DEEP - 1])
        order, part, within = order[kept], part[kept], within[kept]
    high, low = np.empty(len(order), dtype=np.uint64), np.empty(len(order), dtype=np.uint64)
    for number, each in enumerate(found):
        own = part == number
        places = each.places[within[own]]
        high[own], low[own] = each.segment.columns.high[places], each.segment.columns.low[places]
    rows = []
    for at in np.lexsort((low, high, order))[:DEEP].tolist():
        if wanted.after and order[at] < wanted.after[0]:
            continue
        row = found[part[at]].row(int(within[at]), float(order[at]))
        if wanted.after is None or (row.order, str(row.page_id)) > wanted.after:
            rows.append(row)
            if len(rows) > wanted.size:
                break
    return rows


def _candidates(
    parts: Sequence[Part], query: CandidateQuery, plan: Plan, meanings: Mapping[str, Meaning]
) -> list[Candidate]:
    wanted, weight = words.Asked.of(plan), plan.weight or 1.0
    found = []
    for part, fraction in zip(parts, _fractions(parts), strict=True):
        if len(part):
            vector = meanings[part.segment.model].vector
            having = Words(part.segment.words, wanted)
            found.append(Matching(part, query, having, weight, vector, fraction=fraction))
    return best(found, query.limit)
