"""Vectors looked up in a table of word pieces: tens of thousands of texts a second."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.search.embedding.base import Vectors, normalised
from services.search.embedding.limits import Limits, read
from services.search.embedding.parts import PartReader, Vocabulary
from services.search.embedding.pieces import PieceReader

TABLE_PATH = Path(__file__).with_name("static.npy")
NAME = "static-2026-3"
"""Of the shipped table: another table needs another name, and the one before a place in ``EARLIER``.

Letters that are no word have no vector since this one was first shipped. Vectors of before, of pages with such letters,
are compared all the same: they differ by what was noise, as they would by a misspelling.
"""
EARLIER = {"static-2026-2": Path(__file__).with_name("earlier") / "static-2026-2.npy"}
"""Tables of before, by their names, for marketplaces that are embedding their pages anew."""
LONGEST = 512
CHUNK = 256


class StaticEmbedder:
    """The sum of a text's piece vectors, whose lengths are the weights of the pieces.

    The table is read when first used and stays memory-mapped, so processes share its pages.
    """

    dimensions = 256

    def __init__(self, *, table: Path = TABLE_PATH, name: str = NAME) -> None:
        self._table_path = table
        self._name = name

    @property
    def name(self) -> str:
        """See `Embedder.name`."""
        return self._name

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return an array of shape (len(texts), 256); see `Embedder.embed`."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), CHUNK):
            vectors[start : start + CHUNK] = self.sums(texts[start : start + CHUNK])
        return normalised(vectors)

    @property
    def limits(self) -> Limits:
        """See `Embedder.limits`."""
        return self._limits

    @cached_property
    def _limits(self) -> Limits:
        return read(limits_path(self._table_path))

    def known(self, word: str) -> float:
        """See `Embedder.known`: the share of its letters that the longest of a word's parts has."""
        return self._pieces.known(word)

    def sums(self, texts: Sequence[str]) -> Vectors:
        """The sums of the vectors of each text's pieces, of any length."""
        rows = self._pieces.of(texts)
        sums = np.zeros((len(rows), self.dimensions), dtype=np.float32)
        for place, row in enumerate(rows):
            if row:
                ids = np.array(row)
                sums[place] = self._scales[ids] @ self._table[ids].astype(np.float32)
        return sums

    @cached_property
    def _pieces(self) -> PartReader | PieceReader:
        """Tables of before have the pieces of BERT's vocabulary."""
        path = parts_path(self._table_path)
        return PartReader(Vocabulary.read(path), longest=LONGEST) if path.exists() else PieceReader(longest=LONGEST)

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


def parts_path(table: Path) -> Path:
    """Where the pieces lie, beside the table."""
    return table.with_name(f"{table.stem}_parts.tsv")


def limits_path(table: Path) -> Path:
    """Where the limits lie, beside the table."""
    return table.with_name(f"{table.stem}_limits.json")


def write_table(vectors: Vectors, path: Path) -> None:
    """Store vectors as int8 with one scale for each row."""
    scales = np.abs(vectors).max(axis=1).astype(np.float32) / 127
    rounded = np.rint(vectors / np.where(scales > 0, scales, 1)[:, None])
    np.save(path, rounded.astype(np.int8))
    np.save(scales_path(path), scales)
