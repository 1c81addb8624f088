"""Whether letters follow each other as they do in words, or as on a keyboard that somebody leans on.

Two accounts of a word are held against each other: that its letters were taken at random, each as likely as any other,
and that each follows the two before it as letters do in the words of a vocabulary (a Markov chain of the second order,
Shannon 1948).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

KINDS: Final = 28
"""The end of a word (0), 26 letters, and any other character."""
OTHER: Final = KINDS - 1
UNSEEN: Final = 0.1
"""How often three characters in a row are taken to have been seen that never were (Lidstone 1920)."""
LEAST: Final = 4
"""Letters of a piece from which it is learned from: shorter ones are rather syllables."""


class Letters:
    """Learns from pieces of a vocabulary when first asked, in some 50 ms."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = pieces

    def evidence(self, word: str) -> float:
        """By how much this is likelier to be a word than letters taken at random: the logarithm of the ratio of both
        likelihoods. 0 says nothing."""
        kinds = _kinds(f"\0\0{word}\0")
        return float(self._chances[kinds[:-2], kinds[1:-1], kinds[2:]].sum() + (len(kinds) - 2) * math.log(KINDS))

    @cached_property
    def _chances(self) -> NDArray[np.float64]:
        """Logarithms of how likely the third kind is behind the first two."""
        words = [piece for piece in self._pieces if len(piece) >= LEAST and piece.isascii() and piece.isalpha()]
        # Behind each word stand two ends, which are also those that the next one begins with.
        kinds = _kinds("\0\0" + "".join(f"{word}\0\0" for word in words))
        places = (kinds[:-2] * KINDS + kinds[1:-1]) * KINDS + kinds[2:]
        seen = np.bincount(places, minlength=KINDS**3).reshape(KINDS, KINDS, KINDS) + UNSEEN
        chances: NDArray[np.float64] = np.log(seen / seen.sum(axis=2, keepdims=True))
        return chances


def _kinds(text: str) -> NDArray[np.int64]:
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    letters = codes - ord("a") + 1
    return np.where(codes == 0, 0, np.where((letters >= 1) & (letters <= 26), letters, OTHER))
