"""Words that are alike: the same word in another form, a longer word that begins with it, a misspelling."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from marketplace.places import without_diacritics
from services.search.slips import slips
from services.search.words import words_of

SHORTEST: Final = 4
"""Characters that two words must share from the beginning to be forms of one word."""
SHARED: Final = 0.6
"""Part of the longer word that they must share."""
LIKE: Final = 0.5
"""Dice coefficient of trigrams from which one word is a misspelling of the other."""
ONE_SLIP: Final = 0.8
"""How much a word is alike to one that is a single slip away (``slips``), where both have ``ONE_SLIP_LETTERS``."""
ONE_SLIP_LETTERS: Final = 5
ONE_SLIP_LIKE: Final = 0.3
MOST: Final = 24
"""Known words that are alike and are kept for a word."""
KEPT: Final = 20_000
"""Words whose like ones are remembered."""
SHORT: Final = 3
"""Characters up to which a word is alike to nothing but itself and its plural."""
PLURALS: Final = ("", "s", "es")
PLURAL: Final = 0.95
"""How much a word and its plural are alike."""


def plain_words(text: str) -> list[str]:
    """The different words of the text without case and diacritics, at most 64."""
    return words_of(without_diacritics(unicodedata.normalize("NFKC", text)))


class Lexicon:
    """Known words, each by its number, and which of them a word is alike to."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words: Sequence[str] = tuple(dict.fromkeys(words))
        self.numbers = {word: number for number, word in enumerate(self.words)}
        self._having: dict[str, list[int]] = {}
        self._sizes: list[int] = []
        self._known: dict[str, tuple[tuple[int, float], ...]] = {}
        for number, word in enumerate(self.words):
            trigrams = _trigrams(word)
            self._sizes.append(len(trigrams))
            for trigram in trigrams:
                self._having.setdefault(trigram, []).append(number)

    def alike(self, word: str) -> tuple[tuple[int, float], ...]:
        """Numbers of known words that this one is alike to, each with how much (1 for the word itself)."""
        found = self._known.get(word)
        if found is None:
            found = tuple(self._alike(word))
            if len(self._known) >= KEPT:
                self._known = {}
            self._known[word] = found
        return found

    def _alike(self, word: str) -> list[tuple[int, float]]:
        own = self.numbers.get(word)
        found = {own: 1.0} if own is not None else {}
        if len(word) >= SHORT:
            trigrams = _trigrams(word)
            shared = Counter(number for trigram in trigrams for number in self._having.get(trigram, ()))
            for number, count in shared.items():
                likeness = _likeness(word, self.words[number], 2 * count / (len(trigrams) + self._sizes[number]))
                if likeness and number != own:
                    found[number] = likeness
        return sorted(found.items(), key=lambda each: -each[1])[:MOST]


def _likeness(word: str, other: str, dice: float) -> float:
    """How much two different words are alike, from 0 to below 1, given the Dice coefficient of their trigrams."""
    if {word, other} <= {min(word, other) + ending for ending in PLURALS}:
        return PLURAL
    if min(len(word), len(other)) <= SHORT:
        return 0.0
    shared = len(_common_beginning(word, other))
    part = shared / max(len(word), len(other))
    as_forms = 0.4 + 0.55 * part if shared >= SHORTEST and part >= SHARED else 0.0
    as_slip = 0.3 + 0.6 * dice if dice >= LIKE else 0.0
    may_be_one = abs(len(word) - len(other)) < 2 and dice >= ONE_SLIP_LIKE and max(as_forms, as_slip) < ONE_SLIP
    if may_be_one and min(len(word), len(other)) >= ONE_SLIP_LETTERS and slips(word, other) == 1:
        as_slip = ONE_SLIP
    return max(as_forms, as_slip)


def _common_beginning(word: str, other: str) -> str:
    length = next((place for place, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), None)
    return word[: min(len(word), len(other)) if length is None else length]


def _trigrams(word: str) -> set[str]:
    framed = f" {word} "
    return {framed[place : place + 3] for place in range(len(framed) - 2)}
