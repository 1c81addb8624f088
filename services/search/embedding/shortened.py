"""The transformer's vectors at the length that the index holds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from services.search.embedding.base import Vectors, normalised
from services.search.embedding.limits import Limits, read
from services.search.embedding.transformer import TransformerEmbedder

COMPONENTS_PATH: Final = Path(__file__).with_name("transformer_components.npy")
LIMITS_PATH: Final = Path(__file__).with_name("transformer_limits.json")


class ShortTransformer:
    """``TransformerEmbedder``, of whose 384 dimensions the 256 are kept along which outputs vary most (96 % of their
    squared length; principal components without centring, which leaves cosines as they are).

    Raises TransformerUnavailable where its packages are not installed.
    """

    name = "minilm-l6-v2-int8-256"
    dimensions = 256

    def __init__(self, *, transformer: TransformerEmbedder | None = None) -> None:
        self._transformer = transformer or TransformerEmbedder()
        self._transformer.require()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return an array of shape (len(texts), 256); see `Embedder.embed`."""
        return normalised(self._transformer.embed(texts) @ self._components)

    def known(self, word: str) -> float:
        """See `Embedder.known`: a sentence model understands words by their parts and by those around them."""
        return 1.0

    @property
    def limits(self) -> Limits:
        """See `Embedder.limits`."""
        return self._limits

    @cached_property
    def _limits(self) -> Limits:
        return read(LIMITS_PATH)

    @cached_property
    def _components(self) -> Vectors:
        components: Vectors = np.load(COMPONENTS_PATH).astype(np.float32)
        return components


def write_components(outputs: Vectors) -> None:
    """Stores the directions along which these outputs of the transformer are longest."""
    squares = outputs.astype(np.float64).T @ outputs.astype(np.float64)
    _, directions = np.linalg.eigh(squares)
    np.save(COMPONENTS_PATH, directions[:, ::-1][:, : ShortTransformer.dimensions].astype(np.float16))
