"""Vectors looked up in a table of word pieces: tens of thousands of texts a second."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from services.search.embedding.base import Vectors, normalised
from services.search.embedding.pieces import piece_tokenizer, readable

TABLE_PATH = Path(__file__).with_name("static.npy")
LONGEST = 512
CHUNK = 256


class StaticEmbedder:
    """The sum of a text's piece vectors, whose lengths are the weights of the pieces.

    The table is read when first used and stays memory-mapped, so processes share its pages.
    """

    name = "static-2026-1"
    dimensions = 256

    def __init__(self, *, table: Path = TABLE_PATH) -> None:
        self._table_path = table

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return an array of shape (len(texts), 256); see `Embedder.embed`."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), CHUNK):
            chunk = [readable(text) for text in texts[start : start + CHUNK]]
            encodings = self._tokenizer.encode_batch_fast(chunk)
            vectors[start : start + CHUNK] = self._sums([encoding.ids for encoding in encodings])
        return normalised(vectors)

    def _sums(self, rows: Sequence[Sequence[int]]) -> Vectors:
        """Add up the vectors of each row's pieces."""
        lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
        ids = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=lengths.sum())
        sums = np.zeros((len(rows), self.dimensions), dtype=np.float32)
        # reduceat takes an empty row for a row of one piece, so only the filled ones go through it.
        filled = lengths > 0
        if filled.any():
            starts = (np.cumsum(lengths) - lengths)[filled]
            pieces = self._table[ids] * self._scales[ids, None]
            sums[filled] = np.add.reduceat(pieces, starts, axis=0)
        return sums

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return piece_tokenizer(longest=LONGEST)

    @cached_property
    def _table(self) -> NDArray[np.int8]:
        table: NDArray[np.int8] = np.load(self._table_path, mmap_mode="r")
        return table

    @cached_property
    def _scales(self) -> Vectors:
        scales: Vectors = np.load(scales_path(self._table_path)).astype(np.float32)
        return scales


def scales_path(table: Path) -> Path:
    """Where the scale of each row lies, beside the table."""
    return table.with_name(f"{table.stem}_scales.npy")


def write_table(vectors: Vectors, path: Path) -> None:
    """Store vectors as int8 with one scale for each row."""
    scales = np.abs(vectors).max(axis=1).astype(np.float32) / 127
    rounded = np.rint(vectors / np.where(scales > 0, scales, 1)[:, None])
    np.save(path, rounded.astype(np.int8))
    np.save(scales_path(path), scales)
