"""What the rest of the product knows about turning text into vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.search.embedding.limits import Limits

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors whose dot product says how near their meanings are."""

    @property
    def name(self) -> str:
        """The version of the model; vectors of different names must not be compared."""

    @property
    def dimensions(self) -> int:
        """The length of each vector."""

    @property
    def limits(self) -> Limits:
        """Which cosines are near, and which far."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return an array of shape (len(texts), dimensions), one row for each text.

        Each row has length 1, or is all zero where the text holds no known word.
        """

    def known(self, word: str) -> float:
        """How much of a word the embedder knows: 1 for all of it, less where it knows parts, 0 for nothing."""


def normalised(vectors: Vectors) -> Vectors:
    """Scale each row to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = np.divide(vectors, np.where(lengths > 0, lengths, 1), dtype=np.float32)
    return scaled
