"""How much the words of a text are those by which services are known. Pure: the services come in.

A service is known by names (its own, its synonyms, those in German, Spanish and French) and by skills. A word counts by
how few services have it (the inverse document frequency of BM25), also where the text's word is only alike: another
form of it, or a misspelling. A service gets what the best of its names is worth, by how much of that name the text has,
and a little for its other words.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.search.alike import Lexicon, plain_words
from services.search.stop_words import STOP_WORDS

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

ALIKE: Final = 2.0
"""Power of how much a word is alike."""
TAIL: Final = 0.7
"""Weight of words that say for whom or what something is, beside those that say what it is."""
OTHERS: Final = 0.35
"""Weight of a service's words outside of its best name."""
SKILL: Final = 0.5
"""Weight of a word that only a skill has, beside one that a name has."""
STOP: Final = 1.0
"""The most that a word is worth that says nothing by itself."""


@dataclass(frozen=True, slots=True)
class Known:
    """By what a service is known."""

    service: int
    names: Sequence[str]
    skills: Sequence[str]


@dataclass(frozen=True, slots=True)
class Worded:
    """Of each service: what its words in the text are worth, and which part of one of its names (0 to 1) the text has;
    names all of whose words stand in the text as they are count as ``is_spoken``."""

    worth: Numbers
    part: Numbers
    is_spoken: NDArray[np.bool_]


class Wording:
    """All services by the words of their names and skills, each service at a place from 0 on."""

    def __init__(self, services: Iterable[Known]) -> None:
        every = list(services)
        names = [(place, words) for place, known in enumerate(every) for words in {*map(_words, known.names)} if words]
        skills = [{*(word for skill in known.skills for word in _words(skill))} for known in every]
        self.services = np.array([known.service for known in every], dtype=np.int64)
        self._lexicon = Lexicon([*(word for _place, words in names for word in words), *(w for s in skills for w in s)])
        has = self._having(names, skills)
        self._has = [_arrays(each) for each in has]
        self._worth = [self._worth_of(word, len(each)) for word, each in zip(self._lexicon.words, has, strict=True)]
        self._of: Places = np.array([place for place, _words in names], dtype=np.int64)
        self._names = self._by_word([words for _place, words in names])
        self._whole = np.array([sum(self._worth[self._lexicon.numbers[w]] for w in words) for _place, words in names])
        self._lengths = np.array([len(words) for _place, words in names], dtype=np.int64)

    def of(self, text: str, subject: str) -> Worded:
        """What the text has of each service; ``subject`` is what of the text says what is wanted."""
        head = {word for word in plain_words(subject) if word not in STOP_WORDS}
        found: dict[int, float] = {}
        others = np.zeros(len(self.services))
        words = _words(text)
        for word in words:
            alike = self._alike(word, 1.0 if word in head or not head else TAIL)
            for known, weight in alike:
                found[known] = max(found.get(known, 0.0), weight)
            if word not in STOP_WORDS:
                others += self._gained(alike)
        reached = np.zeros(len(self._of))
        for known, weight in found.items():
            reached[self._names[known]] += weight * self._worth[known]
        parts = reached / self._whole
        return Worded(
            worth=self._best(reached * parts) + OTHERS * others,
            part=self._best(parts),
            is_spoken=self._best(self._stand(words)).astype(np.bool_),
        )

    def _alike(self, word: str, weight: float) -> list[tuple[int, float]]:
        """Known words that the text's word may be, each with what it then counts."""
        if word in STOP_WORDS:
            known = self._lexicon.numbers.get(word)
            return [] if known is None else [(known, 1.0)]
        return [(known, weight * likeness**ALIKE) for known, likeness in self._lexicon.alike(word)]

    def _gained(self, alike: Sequence[tuple[int, float]]) -> Numbers:
        gained = np.zeros(len(self.services))
        for known, weight in alike:
            places, parts = self._has[known]
            gained[places] = np.maximum(gained[places], weight * self._worth[known] * parts)
        return gained

    def _stand(self, words: Sequence[str]) -> Numbers:
        """1 for names all of whose words are among these, else 0."""
        standing = np.zeros(len(self._of), dtype=np.int64)
        for word in words:
            if word in self._lexicon.numbers:
                standing[self._names[self._lexicon.numbers[word]]] += 1
        stands: Numbers = (standing == self._lengths).astype(np.float64)
        return stands

    def _best(self, of_names: Numbers) -> Numbers:
        """The highest number among the names of each service."""
        best = np.zeros(len(self.services))
        np.maximum.at(best, self._of, of_names)
        return best

    def _having(self, names: Sequence[tuple[int, Sequence[str]]], skills: Sequence[set[str]]) -> list[dict[int, float]]:
        """For each word the places of the services that have it, and how much it counts there."""
        has: list[dict[int, float]] = [{} for _word in self._lexicon.words]
        for place, words in enumerate(skills):
            for word in words:
                has[self._lexicon.numbers[word]][place] = SKILL
        for place, name in names:
            for word in name:
                has[self._lexicon.numbers[word]][place] = 1.0
        return has

    def _worth_of(self, word: str, having: int) -> float:
        worth = math.log(1 + (len(self.services) - having + 0.5) / (having + 0.5))
        return min(worth, STOP) if word in STOP_WORDS else worth

    def _by_word(self, names: Sequence[Sequence[str]]) -> list[Places]:
        """For each word the names that have it."""
        rows: list[list[int]] = [[] for _word in self._lexicon.words]
        for row, words in enumerate(names):
            for word in words:
                rows[self._lexicon.numbers[word]].append(row)
        return [np.array(each, dtype=np.int64) for each in rows]


def _words(text: str) -> tuple[str, ...]:
    return tuple(plain_words(text))


def _arrays(counts: dict[int, float]) -> tuple[Places, Numbers]:
    return np.array(list(counts), dtype=np.int64), np.array(list(counts.values()))
