"""Cuts text into whole words of a vocabulary and, where a word is none of them, into its likeliest parts: those of a
unigram language model (Kudo 2018, Subword Regularization). So compounds and inflected words of several languages have
something in common with what they are made of.

Anything can be cut, into single letters in the end, and each part has a vector. They tell something of a word
where it is one: letters typed at random have none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from tokenizers import Tokenizer
from tokenizers.models import Unigram

from services.search.embedding.letters import Letters
from services.search.embedding.pieces import KEPT, LONGEST_TEXT, LONGEST_WORD

PLAIN_WORD: Final = re.compile(r"[a-z0-9]+")
WORD: Final = re.compile(r"[^\W_]+")
UNKNOWN: Final = "<unk>"
TELLING: Final = 3
"""Letters of a part from which it tells something of its word."""
MOST_OF_IT: Final = 0.7
"""Share of a word's letters in such parts from which it is taken for a word however its letters follow each other, as
they may between two words of a compound ("Ölwechsel")."""


def plain(text: str) -> str:
    """The text without case and diacritics, compatible characters as one."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if unicodedata.category(character) != "Mn")


def words_in(text: str) -> list[str]:
    """All runs of letters and digits of the text's beginning, plain."""
    return (PLAIN_WORD if text.isascii() else WORD).findall(plain(text[:LONGEST_TEXT]))


class Vocabulary:
    """Pieces by their numbers. Those with a score, the logarithm of how likely they are, may be parts of words."""

    def __init__(self, pieces: Sequence[tuple[str, float | None]]) -> None:
        self.pieces = pieces
        self.numbers: Mapping[str, int] = {piece: number for number, (piece, _score) in enumerate(pieces)}

    @classmethod
    def read(cls, path: Path) -> Vocabulary:
        """What ``write`` stored."""
        lines = path.read_text(encoding="utf-8").splitlines()
        parted = (line.partition("\t") for line in lines)
        return cls([(piece, float(score) if score else None) for piece, _tab, score in parted])

    def write(self, path: Path) -> None:
        """Stores the pieces, one a line, with their scores behind a tab."""
        lines = [piece if score is None else f"{piece}\t{score:.3f}" for piece, score in self.pieces]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def cut(self, words: Sequence[str]) -> Iterator[list[int]]:
        """The numbers of each word's pieces; characters that are unknown have none, nor has what is no word."""
        for word, encoding in zip(words, self._cutter.encode_batch_fast(list(words)), strict=True):
            numbers = [self._parts[number] for number in encoding.ids if number]
            yield numbers if self._is_word(word, numbers) else []

    def _is_word(self, word: str, numbers: Sequence[int]) -> bool:
        """Whether this is likelier a word than letters taken at random: by what it was cut into, or by its letters."""
        lengths = (len(self.pieces[number][0]) for number in numbers)
        telling = sum(length for length in lengths if length >= TELLING)
        return telling >= MOST_OF_IT * len(word) or self._letters.evidence(word) >= 0

    @cached_property
    def _letters(self) -> Letters:
        return Letters(piece for piece, _score in self.pieces)

    @cached_property
    def _parts(self) -> Sequence[int]:
        return [0, *(number for number, (_piece, score) in enumerate(self.pieces) if score is not None)]

    @cached_property
    def _cutter(self) -> Tokenizer:
        scored = [(piece, score) for piece, score in self.pieces if score is not None]
        return Tokenizer(Unigram([(UNKNOWN, 0.0), *scored], 0, False))


class PartReader:
    """Reads the numbers of texts' pieces, and remembers those of words: most words of a text were met before."""

    def __init__(self, vocabulary: Vocabulary, *, longest: int, kept: int = KEPT) -> None:
        self._vocabulary, self._longest, self._kept = vocabulary, longest, kept
        self._known: dict[str, list[int]] = {}

    def of(self, texts: Sequence[str]) -> list[list[int]]:
        """The numbers of each text's first pieces."""
        return [self._of(words_in(text)) for text in texts]

    def known(self, word: str) -> float:
        """The share of a word's letters that the longest of its pieces has."""
        lengths = [len(self._vocabulary.pieces[piece][0]) for piece in self._of(words_in(word))]
        return max(lengths) / sum(lengths) if lengths else 0.0

    def _of(self, words: Sequence[str]) -> list[int]:
        known = self._known
        try:
            numbers = [piece for word in words for piece in known[word]]
        except KeyError:
            known = self._learn(words)
            numbers = [piece for word in words for piece in known[word]]
        return numbers[: self._longest]

    def _learn(self, words: Sequence[str]) -> dict[str, list[int]]:
        """The pieces of these words. Other threads may learn at the same time: what is known to one only grows."""
        known = self._known if len(self._known) < self._kept else {}
        new = [word for word in dict.fromkeys(words) if word not in known]
        whole = self._vocabulary.numbers
        parted = [word for word in new if word not in whole and len(word) <= LONGEST_WORD]
        found = dict(zip(parted, self._vocabulary.cut(parted), strict=True))
        pieces = {word: [whole[word]] if word in whole else found.get(word, []) for word in new}
        # A longer word is nobody's, and would fill the memory.
        known |= {word: ids for word, ids in pieces.items() if len(word) <= LONGEST_WORD}
        self._known = known
        return {word: pieces[word] if word in pieces else known[word] for word in words}
