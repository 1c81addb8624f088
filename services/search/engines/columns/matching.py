"""The pages of a part that may be matched to a request."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.search.candidate import Candidate, CandidateQuery
from services.search.engines.columns.arrays import Floats, Places, Vector, highest
from services.search.engines.columns.passing import Part, distance_km, eligible
from services.search.engines.columns.reading import PRICINGS
from services.search.engines.columns.segment import UNKNOWN, Segment, joined
from services.search.engines.columns.words import Words

SIMILARITY: Final = 0.5
WORDS: Final = 0.3
QUALITY: Final = 0.2
"""Weights of a candidate's retrieval score, as ``base.Engine.candidates`` has them."""
READ: Final = 8000
"""Eligible pages of a list whose vectors are compared; of longer lists those of the nearest groups."""
WORDED: Final = 800
"""Of how many, the best by meaning and quality, the words are compared, too."""


class Matching:
    """A request among the pages of a part that has the share ``fraction`` of all pages."""

    def __init__(
        self,
        part: Part,
        query: CandidateQuery,
        words: Words,
        weight: float,
        vector: Vector,
        *,
        fraction: float,
    ) -> None:
        self.segment, self.query = part.segment, query
        places = _eligible(part, query, vector, most=max(round(READ * fraction), query.limit))
        similarity = self.segment.vectors.likeness(places, vector)
        quality = self.segment.columns.quality[places]
        worded = max(round(WORDED * fraction), query.limit)
        chosen = highest(SIMILARITY * similarity + QUALITY * quality, worded)
        self.places, self.similarity = places[chosen], similarity[chosen]
        self.counts = np.minimum(1, words.scores(self.places) / weight)
        self.score: Floats = SIMILARITY * self.similarity + WORDS * self.counts + QUALITY * quality[chosen]

    def candidates(self, chosen: NDArray[np.intp]) -> list[Candidate]:
        """Some of the pages, by their numbers among ``places``, with their facts."""
        return list(_candidates(self.segment, self.query, self, chosen))


def best(found: Sequence[Matching], most: int) -> list[Candidate]:
    """The candidates of all parts with the highest scores, best first."""
    if not found:
        return []
    high = np.concatenate([each.segment.columns.high[each.places] for each in found])
    low = np.concatenate([each.segment.columns.low[each.places] for each in found])
    part = np.repeat(np.arange(len(found)), [len(each.places) for each in found])
    within = np.concatenate([np.arange(len(each.places)) for each in found])
    order = np.lexsort((low, high, -np.concatenate([each.score for each in found])))[:most]
    listed: list[tuple[int, Candidate]] = []
    for number, each in enumerate(found):
        ranks = np.flatnonzero(part[order] == number)
        listed += zip(ranks.tolist(), each.candidates(within[order[ranks]]), strict=True)
    return [candidate for _rank, candidate in sorted(listed, key=itemgetter(0))]


def _eligible(part: Part, query: CandidateQuery, vector: Vector, *, most: int) -> Places:
    """The pages that may be matched; of a long list those near in meaning, until there are some ``most``."""
    rules, groups, services = eligible(part, query), part.segment.groups, [query.service_id]
    if query.only_pages is not None:
        return rules.every
    size = groups.size(services)
    if size <= most or not vector.any():
        return rules.of(groups.having(services))
    wanted = most
    while True:
        places = rules.of(groups.nearest(services, vector, wanted))
        if len(places) >= most or wanted >= size:
            return places
        wanted = max(2 * wanted, round(1.2 * wanted * most / max(len(places), 1)))


def _candidates(
    segment: Segment, query: CandidateQuery, matching: Matching, chosen: NDArray[np.intp]
) -> Iterator[Candidate]:
    """These pages with their facts."""
    columns, places = segment.columns, matching.places[chosen]
    languages = np.zeros(len(places), dtype=np.int64)
    for number in segment.language_names.numbers(query.languages).tolist():
        languages += segment.languages.having(places, number)
    skills = segment.skills.shared(places, segment.skill_names.numbers(skill.lower() for skill in query.skills))
    if query.latitude is None or query.longitude is None:
        far = np.full(len(places), np.nan)
    else:
        far = distance_km(segment, places, query.latitude, query.longitude)
    facts = zip(
        columns.high[places].tolist(),
        columns.low[places].tolist(),
        columns.member_high[places].tolist(),
        columns.member_low[places].tolist(),
        matching.similarity[chosen].tolist(),
        matching.counts[chosen].tolist(),
        _known(far),
        _known(columns.rate_eur[places]),
        columns.pricing[places].tolist(),
        languages.tolist(),
        skills.tolist(),
        _known(columns.rating[places]),
        columns.rating_count[places].tolist(),
        columns.hours_per_week[places].tolist(),
        columns.first_published_at[places].tolist(),
        strict=True,
    )
    for high, low, member_high, member_low, similarity, words, km, rate, pricing, *others in facts:
        shared_languages, shared_skills, rating, rating_count, hours, published = others
        yield Candidate(
            page_id=joined(high, low),
            member_id=joined(member_high, member_low),
            similarity=similarity,
            words=words,
            distance_km=km,
            rate_eur=rate,
            pricing=PRICINGS[pricing],
            shared_languages=shared_languages,
            shared_skills=shared_skills,
            rating=rating,
            rating_count=rating_count,
            hours_per_week=None if hours == UNKNOWN else hours,
            first_published_at=datetime.fromtimestamp(published, UTC),
        )


def _known(numbers: Floats) -> list[float | None]:
    return [None if number != number else number for number in numbers.tolist()]
