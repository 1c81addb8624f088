"""Searching and matching by looking at every page."""

import heapq
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from services.search.browsing import Counted
from services.search.candidate import Candidate, CandidateQuery
from services.search.embedding.chosen import embedder
from services.search.engines.base import Asked, Looked
from services.search.engines.memory.counting import counted
from services.search.engines.memory.follow import Follower, Part
from services.search.engines.memory.looking import Looking
from services.search.engines.memory.passing import distance_km, eligible, filters, offering
from services.search.engines.memory.scores import Scores
from services.search.engines.memory.segment import Floats, moment
from services.search.plan import Plan, weigh
from services.search.ranking import Row
from services.search.retrieve import Wanted
from services.search.scope import ENOUGH, Scope

SIMILARITY: Final = 0.5
WORDS: Final = 0.3
QUALITY: Final = 0.2
"""Weights of a candidate's retrieval score, as ``base.Engine.candidates`` has them."""


class MemoryEngine:
    """See ``base.Engine``. Numbers of results and of facets are exact."""

    def __init__(self) -> None:
        self._follower = Follower()

    def look(self, asked: Asked, wanted: Wanted) -> Looked:
        """See ``base.Engine``."""
        looking = list(self._looking(asked))
        scope = asked.scope or _scope(asked, looking)
        total = sum(int(each.found(loosely=scope.loosely).sum()) for each in looking)
        facets = counted(looking, loosely=scope.loosely) if wanted.with_counts else {}
        rows = heapq.merge(*(_rows(each, scope, wanted) for each in looking), key=_key)
        return Looked(list(rows)[: wanted.size + 1], Counted(total, is_estimate=False, facets=facets), scope)

    def candidates(self, queries: Sequence[CandidateQuery]) -> list[list[Candidate]]:
        """See ``base.Engine``."""
        return [self._candidates(query) for query in queries]

    def _candidates(self, query: CandidateQuery) -> list[Candidate]:
        plan, vector = Plan(tuple(weigh(query.text))), embedder().embed([query.text])[0]
        scored = []
        for part in self._follower.parts():
            scores = Scores.of(part.segment, plan, vector)
            score = SIMILARITY * scores.similarity + WORDS * scores.words + QUALITY * part.segment.quality
            scored += [(-score[place], each) for place, each in _candidates(part, query, scores)]
        best = heapq.nsmallest(query.limit, scored, key=lambda each: (each[0], each[1].page_id))
        return [candidate for _score, candidate in best]

    def _looking(self, asked: Asked) -> Iterator[Looking]:
        offered = offering(asked.query)
        vector = embedder().embed([asked.plan.spelled(asked.query.text)])[0]
        for part in self._follower.parts():
            segment = part.segment
            yield Looking(
                segment,
                alive=part.alive & (segment.indexed_at <= asked.written_until.timestamp()),
                filters=filters(segment, asked.query, offered, asked.as_of.date()),
                scores=Scores.of(segment, asked.plan, vector),
                asked=asked,
            )


def _scope(asked: Asked, looking: Sequence[Looking]) -> Scope:
    """Whether pages with all words are enough to be content with them."""
    if not asked.plan.terms:
        return Scope()
    enough = min(ENOUGH, sum(each.with_all_words() for each in looking))
    return Scope(loosely=enough < ENOUGH, with_all_words=enough)


def _rows(looking: Looking, scope: Scope, wanted: Wanted) -> list[Row]:
    """The first results of a segment behind ``wanted.after``, in their order."""
    places, order = np.flatnonzero(looking.found(loosely=scope.loosely)), looking.order()
    if wanted.after:
        places = places[order[places] >= wanted.after[0]]
    high, low = looking.segment.high, looking.segment.low
    ordered = places[np.lexsort((low[places], high[places], order[places]))]
    rows = (looking.row(int(place), float(order[place])) for place in ordered)
    behind = (row for row in rows if wanted.after is None or _key(row) > wanted.after)
    return [row for row, _number in zip(behind, range(wanted.size + 1), strict=False)]


def _key(row: Row) -> tuple[float, str]:
    return row.order, str(row.page_id)


def _candidates(part: Part, query: CandidateQuery, scores: Scores) -> Iterator[tuple[int, Candidate]]:
    segment = part.segment
    languages = segment.languages.shared(query.languages)
    skills = segment.skills.shared(skill.lower() for skill in query.skills)
    far = _far(part, query)
    for place in np.flatnonzero(part.alive & eligible(segment, query)).tolist():
        yield (
            place,
            Candidate(
                page_id=segment.ids[place],
                member_id=segment.members[place],
                similarity=float(scores.similarity[place]),
                words=float(scores.words[place]),
                distance_km=_known(far[place]),
                rate_eur=_known(segment.rate_eur[place]),
                pricing=str(segment.pricing[place]),
                shared_languages=int(languages[place]),
                shared_skills=int(skills[place]),
                rating=_known(segment.rating[place]),
                rating_count=int(segment.rating_count[place]),
                hours_per_week=_whole(segment.hours_per_week[place]),
                first_published_at=moment(segment.first_published_at[place]),
            ),
        )


def _far(part: Part, query: CandidateQuery) -> Floats:
    if query.latitude is None or query.longitude is None:
        return np.full(len(part.segment), np.nan)
    return distance_km(part.segment, query.latitude, query.longitude)


def _known(number: float) -> float | None:
    return None if np.isnan(number) else float(number)


def _whole(number: float) -> int | None:
    return None if np.isnan(number) else int(number)
