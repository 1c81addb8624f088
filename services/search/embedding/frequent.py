"""The frequent words of languages, to be learned from; the package wordfreq knows them (training only)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

LISTED: Final = 50_000
"""Words that are asked for, with those that have a digit or a mark."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a language and its frequency on the Zipf scale: the logarithm, to the base 10, of how often it comes in
    a billion words (van Heuven et al. 2014)."""

    text: str
    zipf: float


def frequent_words(language: str, most: int | None = None) -> list[Word]:
    """The most frequent words of a language (ISO 639-1) that are nothing but letters, at least two; at most ``most``.
    Raises ImportError without wordfreq."""
    import wordfreq

    listed = wordfreq.top_n_list(language, LISTED, wordlist="large")
    texts = [text for text in listed if text.isalpha() and len(text) > 1][:most]
    return [Word(text, wordfreq.zipf_frequency(text, language, wordlist="large")) for text in texts]


def jumbled(words: Sequence[Word], number: int, random: np.random.Generator) -> list[str]:
    """Two to five words together, frequent ones more often: so the table learns which words say little beside
    others."""
    chances = np.array([10 ** (word.zipf / 2) for word in words])
    lengths = random.integers(2, 6, number)
    picked = random.choice(len(words), int(lengths.sum()), p=chances / chances.sum())
    rows = np.split(picked, np.cumsum(lengths)[:-1])
    return [" ".join(words[place].text for place in row) for row in rows]
