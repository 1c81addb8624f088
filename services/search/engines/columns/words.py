"""How the pages of a segment stand to the words of a text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from services.search.engines.columns.arrays import Floats, Mask, Places, among, highest, run, union
from services.search.engines.columns.values import Posting, Postings
from services.search.plan import Plan


@dataclass(frozen=True, slots=True)
class Asked:
    """The terms of a question as numbers of the index, each with its weight, and those of each word."""

    weights: dict[int, float]
    words: Sequence[Sequence[int]]

    @classmethod
    def of(cls, plan: Plan) -> "Asked":
        """The terms of a plan."""
        weights: dict[int, float] = {}
        for term in plan.terms:
            weights[term.number] = max(term.weight, weights.get(term.number, 0.0))
        return cls(weights, [list(dict.fromkeys(form.number for form in forms)) for forms in plan.forms])


class Words:
    """The postings of the terms that are asked for, in one segment."""

    def __init__(self, postings: Postings, asked: Asked) -> None:
        self.weights = asked.weights
        self.postings: dict[int, Posting] = {number: postings.of_term(number) for number in asked.weights}
        self.words = asked.words

    @cached_property
    def sizes(self) -> list[int]:
        """How many pages have each word, at most."""
        return [sum(len(self.postings[number]) for number in forms) for forms in self.words]

    @property
    def rarest(self) -> int:
        """How many pages have the rarest word, at most."""
        return min(self.sizes, default=0)

    def scores(self, places: Places) -> Floats:
        """What the words count together in each of these places, which are in order: BM25."""
        found = np.zeros(len(places))
        for number, weight in self.weights.items():
            found += weight * self.postings[number].counts(places)
        return found

    def with_all(self, places: Places) -> Places:
        """Those of the places, which are in order, that have a form of each word."""
        for forms in self._by_size():
            places = places[self._has(places, forms)]
        return places if self.words else places[:0]

    def with_any(self, places: Places) -> Places:
        """Those of the places, which are in order, that have one of the words."""
        found = np.zeros(len(places), dtype=bool)
        for forms in self.words:
            found |= self._has(places, forms)
        return places[found]

    def everywhere(self) -> Places:
        """All places that have a form of each word."""
        if not self.words:
            return np.empty(0, dtype=np.intp)
        rarest, *others = self._by_size()
        places = self.having(rarest)
        for forms in others:
            places = places[self._has(places, forms)]
        return places

    def having(self, forms: Iterable[int]) -> Places:
        """All places that have one of the terms."""
        found = [self.postings[number].places for number in forms]
        return found[0].astype(np.intp) if len(found) == 1 else union(*found)

    def within(self, first: int, last: int, *, loosely: bool) -> Places:
        """The places of a run that have all words, or any."""
        having = []
        for forms in self.words:
            parts = [run(self.postings[number].places, first, last) for number in forms]
            having.append(parts[0].astype(np.intp) if len(parts) == 1 else union(*parts))
        if loosely or not having:
            return union(*having)
        rarest, *others = sorted(having, key=len)
        for places in others:
            rarest = rarest[among(rarest, places)[0]]
        return rarest

    def strongest(self, wanted: int, *, all_of: int, added: int) -> Places:
        """Places, in order, that may have the highest scores; so many of each of the words.

        Where rare terms stand is taken as a whole, as long as these are not more than ``all_of``, and what the terms
        count there is added up, with that of the next rarest, as long as these are not more than ``added``. Of the
        others the places come in which they count most (MaxScore's division into what is gone through and what is
        looked up, Turtle and Flood 1995).
        """
        whole, others = self._as_many(sorted(self.weights, key=lambda number: len(self.postings[number])), all_of)
        chosen = [self.postings[number].strongest(wanted) for number in others]
        if whole:
            chosen.append(self._best_of(whole, self._as_many(others, added)[0], wanted))
        return union(*chosen)

    def _as_many(self, numbers: Sequence[int], most: int) -> tuple[Sequence[int], Sequence[int]]:
        """The first of these terms, which together stand in so many places at most, and the rest."""
        sizes = np.cumsum([len(self.postings[number]) for number in numbers])
        last = int(np.searchsorted(sizes, most, side="right"))
        return numbers[:last], numbers[last:]

    def _best_of(self, whole: Sequence[int], others: Sequence[int], most: int) -> Places:
        """Of the places in which one of the terms in ``whole`` stands those in which all of the terms count most."""
        found = union(*(self.postings[number].places for number in whole))
        if len(found) <= most:
            return found
        # Everywhere at once, in two bytes a page: looking so many places up in each of the lists takes longer.
        terms = (*whole, *others)
        together = sum(self.weights[number] for number in terms)
        last = max(int(self.postings[number].places[-1]) for number in terms if len(self.postings[number]))
        counts = np.zeros(last + 1, dtype=np.uint16)
        for number in terms:
            posting = self.postings[number]
            counts[posting.places] += (np.float32(self.weights[number] / together) * posting.impacts).astype(np.uint16)
        return found[highest(counts[found].astype(np.int32), most)]

    def _by_size(self) -> list[Sequence[int]]:
        return [self.words[place] for place in np.argsort(self.sizes, kind="stable").tolist()]

    def _has(self, places: Places, forms: Iterable[int]) -> Mask:
        found = np.zeros(len(places), dtype=bool)
        for number in forms:
            found |= self.postings[number].has(places)
        return found
