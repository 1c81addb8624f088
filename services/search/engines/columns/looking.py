"""A search among the pages of one part of the index.

Where few pages pass the filters, each of them is compared. Otherwise those are scored that match by their words, or, of
very frequent words, those in which they count most; those of a service that is meant; and those that are nearest in
meaning, from the groups of like pages. What is not known exactly is estimated from the first pages of the part, which
are a sample of it.
"""

from dataclasses import replace
from functools import cached_property
from typing import Final

import numpy as np

from services.search.engines.base import Asked
from services.search.engines.columns.arrays import Floats, Mask, Places, among, highest, run, union
from services.search.engines.columns.found import Found
from services.search.engines.columns.passing import Part, Passing
from services.search.engines.columns.words import Words
from services.search.nearest import NEAREST
from services.search.retrieve import DEEP
from services.search.versions import Meaning

NARROW: Final = 16_384
"""Pages that pass the filters, up to which each is compared."""
GONE_THROUGH: Final = 50_000
"""Pages with the words, or of the services that are meant, that are all scored; and of places of rare words."""
ENTERED: Final = 200_000
"""Where any of the words suffices: places of its rarest ones among which those are chosen where all count most."""
ADDED: Final = 2_000_000
"""Places of the other words whose counts are added to that."""
STRONGEST: Final = 2500
"""Of more, as many are scored of each word, those in which it counts most."""
READ: Final = 60_000
"""Places of a word that are looked at for that at most."""
LISTED: Final = 1500
"""Of a longer list of a service that is meant, the nearest in meaning."""
NEAR: Final = 16_000
"""Pages near in meaning that are to pass the filters."""
SCANNED: Final = 60_000
"""Pages that are looked at for that at most."""
CLOSEST: Final = 48
"""Services whose groups are looked at for that."""
MATCHED: Final = 400
"""Of these pages, as many are wanted that match by words or services."""
MEASURED: Final = 3000
"""Of how many matches, those that promise most, the vectors are compared."""
BROWSED: Final = 100_000
"""Pages of a list of which all are put in order where they are browsed."""
SAMPLED: Final = 16_384
"""The first pages from which numbers are estimated."""
MOST_SAMPLED: Final = 131_072
"""The same where few of those are results."""
COUNTED: Final = 1000
"""Results from which they are estimated."""


class Looking:
    """A search in a part that has the share ``fraction`` of all pages. ``services``: the ids that the filters leave, if
    they name any. ``meaning``: of the text, to the embedder of the part."""

    def __init__(
        self,
        part: Part,
        passing: Passing,
        words: Words,
        asked: Asked,
        meaning: Meaning,
        *,
        fraction: float,
        services: frozenset[int] | None,
    ) -> None:
        self.part, self.segment = part, part.segment
        self.passing, self.words, self.asked = passing, words, asked
        self.vector, self.limits = meaning.vector, meaning.limits
        self.services = services
        self.fraction = fraction
        self._all_matches: dict[bool, Places | None] = {}

    def with_all_words(self) -> int:
        """How many pages have all words and pass, as far as that is looked at."""
        if self.is_narrow:
            return len(self.words.with_all(self.passing.every))
        if self.words.rarest <= self._some(GONE_THROUGH):
            return len(self.passing.of(self._everywhere))
        return len(self._strong)

    def found(self, *, loosely: bool) -> Found:
        """The results, or the best of them."""
        if not self.asked.query.has_words:
            return self._browsed()
        if self.is_narrow:
            places = self.passing.every
            similarity = self.segment.vectors.likeness(places, self.vector)
            chosen = self._matches(places, loosely=loosely) | (similarity >= self._limit(loosely=loosely))
            return self._scored(places[chosen], similarity[chosen], is_all=True)
        matches = self.matches(loosely=loosely)
        places = self._of_some(loosely=loosely) if matches is None else self.passing.of(matches)
        near, likeness = self._near(loosely=loosely)
        every = union(places, near)
        similarity = np.full(len(every), np.nan)
        similarity[among(every, near)[0]] = likeness
        return self._measured(self._scored(every, similarity, is_all=matches is not None))

    def by_words(self, most: int) -> list[tuple[int, float]]:
        """The pages that pass in which the words count most together, each with what they count."""
        every = sum(self.words.sizes) <= self._some(GONE_THROUGH)
        places = self.passing.of(self.words.having(self.words.weights)) if every else self._strongest(loosely=True)
        scores = self.words.scores(places)
        best = highest(scores, most)
        return list(zip(places[best].tolist(), scores[best].tolist(), strict=True))

    def matches(self, *, loosely: bool) -> Places | None:
        """All pages of the part that match by words or services, whether they pass the filters or not; None where they
        are too many to be gone through."""
        if loosely not in self._all_matches:
            self._all_matches[loosely] = self._gone_through(loosely=loosely)
        return self._all_matches[loosely]

    def _gone_through(self, *, loosely: bool) -> Places | None:
        most, services = self._some(GONE_THROUGH), self.asked.plan.services
        if self.segment.groups.size(services) > most:
            return None
        offering = self.segment.groups.having(services)
        if loosely:
            if sum(self.words.sizes) > most:
                return None
            having = self.words.having(self.words.weights)
        elif self.words.rarest > most:
            return None
        else:
            having = self._everywhere
        return union(having, offering) if len(offering) else having

    def sample(self, *, loosely: bool, without: str = "") -> tuple[Places, float]:
        """Some of the results by words and services, without one of the filters, and how many each stands for."""
        size, counted = len(self.part), self.counted
        last, most = min(size, self._some(SAMPLED)), min(size, self._some(MOST_SAMPLED))
        while True:
            places = self._within(last, loosely=loosely, without=without)
            if len(places) >= counted or last >= most:
                break
            last = min(most, round(last * min(16, 1.5 * counted / max(len(places), 1))))
        if len(places) > 2 * counted:
            places = places[: 2 * counted]
            last = int(places[-1]) + 1
        return places, size / max(last, 1)

    def _within(self, last: int, *, loosely: bool, without: str) -> Places:
        """The results by words and services among the first places."""
        if not self.asked.query.has_words:
            return self.passing.within(0, last, without=without)
        having = self.words.within(0, last, loosely=loosely)
        if len(offering := self._offering):
            having = union(having, run(offering, 0, last))
        return self.passing.of(having, without=without)

    @cached_property
    def is_narrow(self) -> bool:
        """Whether few enough pages pass the filters for each to be compared."""
        return self.passing.expected <= self._some(NARROW)

    @property
    def counted(self) -> int:
        """From how many results of this part numbers are estimated."""
        return self._some(COUNTED)

    def _some(self, number: int) -> int:
        """This part's share of a number of pages of all."""
        return round(number * min(1.0, self.fraction))

    @cached_property
    def _everywhere(self) -> Places:
        return self.words.everywhere()

    @cached_property
    def _offering(self) -> Places:
        return self.segment.groups.having(self.asked.plan.services)

    def _limit(self, *, loosely: bool) -> float:
        return self.limits.loose if loosely else self.limits.found

    def _matches(self, places: Places, *, loosely: bool) -> Mask:
        """Which of the places match by words or services."""
        having = self.words.with_any(places) if loosely else self.words.with_all(places)
        return among(places, having)[0] | self._offers(places)

    def _offers(self, places: Places) -> Mask:
        """Which of the places offer a service that is meant."""
        return among(places, self._offering)[0]

    @cached_property
    def _strong(self) -> Places:
        """Pages that pass and have all words, of those in which one of them counts most."""
        # Of the places of a word few have the others.
        share = self.passing.share * self._together
        strongest = self.words.strongest(self._places_of_a_word(share), all_of=0, added=0)
        return self.words.with_all(self.passing.of(strongest))

    def _strongest(self, *, loosely: bool) -> Places:
        """Pages that pass, of those in which the words count most."""
        if not loosely:
            return self._strong
        wanted = self._places_of_a_word(self.passing.share)
        return self.passing.of(self.words.strongest(wanted, all_of=self._some(ENTERED), added=self._some(ADDED)))

    def _places_of_a_word(self, share: float) -> int:
        """How many of each word are looked at, where this share of them is expected to be of use."""
        return min(max(1, round(self._some(STRONGEST) / share)), self._some(READ))

    @cached_property
    def _together(self) -> float:
        """Of the pages with the rarest word, the share that has the others, estimated from the first ones."""
        last = min(len(self.part), self._some(MOST_SAMPLED))
        have_all = len(self.words.within(0, last, loosely=False))
        have_rarest = self.words.rarest * last / len(self.part)
        return max(have_all, 1) / max(have_rarest, 1)

    def _of_some(self, *, loosely: bool) -> Places:
        """Pages that pass and match, the most promising of more than can be gone through."""
        services = self.asked.plan.services
        if self.segment.groups.size(services) > self._some(GONE_THROUGH):
            wanted = round(self._some(LISTED) / self.passing.share)
            offering = self.segment.groups.nearest(services, self.vector, wanted)
        else:
            offering = self._offering
        gone_through = not loosely and self.words.words and self.words.rarest <= self._some(GONE_THROUGH)
        having = self.passing.of(self._everywhere) if gone_through else self._strongest(loosely=loosely)
        return union(having, self.passing.of(offering))

    def _near(self, *, loosely: bool) -> tuple[Places, Floats]:
        """Pages near in meaning that pass, those near enough to be found by that and those that match, in order, and
        their likeness."""
        if not self.vector.any():
            return np.empty(0, dtype=np.intp), np.empty(0)
        groups = self.segment.groups
        services = groups.closest(self.vector, CLOSEST) if self.services is None else sorted(self.services)
        # Of the pages of a named service all are of it.
        share = self.passing.share if self.services is None else self._share_of(services)
        wanted = min(round(self._some(NEAR) / share), self._some(SCANNED))
        places = self.passing.of(groups.nearest(services, self.vector, wanted))
        similarity = self.segment.vectors.likeness(places, self.vector)
        chosen = np.zeros(len(places), dtype=bool)
        by_meaning = highest(similarity, NEAREST)
        chosen[by_meaning[similarity[by_meaning] >= self._limit(loosely=loosely)]] = True
        chosen[self._nearest_matching(places, similarity, loosely=loosely)] = True
        return places[chosen], similarity[chosen]

    def _nearest_matching(self, places: Places, similarity: Floats, *, loosely: bool) -> Places:
        """Which of the places, by their numbers, are the nearest of those that match."""
        order, found, last = np.argsort(-similarity), np.empty(0, dtype=np.intp), 0
        # The nearest first, as many of which match that further ones are seldom looked at.
        while last < len(order) and len(found) < MATCHED:
            first, last = last, max(2 * MATCHED, 4 * last)
            some = np.sort(order[first:last])
            found = np.append(found, some[self._matches(places[some], loosely=loosely)])
        return found[highest(similarity[found], MATCHED)]

    def _share_of(self, services: list[int]) -> float:
        return min(1.0, max(self.passing.expected, 1.0) / max(self.segment.groups.size(services), 1))

    def _scored(self, places: Places, similarity: Floats, *, is_all: bool) -> Found:
        scores = self.words.scores(places)
        return Found.of(self.segment, self.asked, places, scores, self._offers(places), similarity, is_all=is_all)

    def _measured(self, found: Found) -> Found:
        """The same with the likeness of those that promise most."""
        unknown = np.flatnonzero(np.isnan(found.similarity))
        unknown = unknown[highest(found.told[unknown], self._some(MEASURED))]
        similarity = found.similarity.copy()
        similarity[unknown] = self.segment.vectors.likeness(found.places[unknown], self.vector)
        return replace(found, similarity=similarity)

    def _browsed(self) -> Found:
        """Pages that pass, where nothing is asked but the filters: all, or the first in their order."""
        is_short = self.passing.lists and self.passing.gone_through <= BROWSED
        if is_short or self.passing.expected <= NARROW:
            return self._bare(self.passing.every, is_all=True)
        order = getattr(self.segment.orders, self.asked.query.sort)
        found = [np.empty(0, dtype=np.intp)]
        start, step = 0, round(2 * DEEP / self.passing.share)
        while start < len(order) and sum(map(len, found)) <= DEEP:
            found.append(self.passing.of(np.sort(order[start : start + step].astype(np.intp))))
            start += step
        return self._bare(np.sort(np.concatenate(found)), is_all=start >= len(order))

    def _bare(self, places: Places, *, is_all: bool) -> Found:
        nothing = np.zeros(len(places))
        return Found(self.segment, self.asked, places, nothing, nothing.astype(bool), nothing, nothing, is_all)
