"""Pages as columns that never change, in memory or in files."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, get_type_hints
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.search.engines.columns import arrays
from services.search.engines.columns.arrays import Halves, Mask, Places
from services.search.engines.columns.values import Bits, Inverted, Lists, Names, Postings
from services.search.engines.columns.vectors import Groups, Rounded

MODEL: Final = "model"
MOST_KEPT: Final = 65_536
"""Ids in the memory of a process, each of some 300 bytes."""
UNKNOWN: Final = -1
"""A whole number that a page does not have."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What there is one of for each page. Pages stand in the order of ``key``, which mixes the bits of their ids: any
    first part of a segment is a sample of it. ``high`` and ``low`` are the halves of the id. Empty numbers are NaN, or
    ``UNKNOWN``; moments are seconds since 1970, days ordinals, ``country`` its two letters, 0 for none."""

    key: Halves
    high: Halves
    low: Halves
    member_high: Halves
    member_low: Halves
    country: NDArray[np.uint16]
    pricing: NDArray[np.uint8]
    remote: Mask
    on_site: Mask
    taking_work: Mask
    rate_eur: NDArray[np.float64]
    rating: NDArray[np.float64]
    rating_count: NDArray[np.int32]
    hours_per_week: NDArray[np.int16]
    available_from: NDArray[np.int32]
    first_published_at: NDArray[np.float64]
    indexed_at: NDArray[np.float64]
    quality: NDArray[np.float64]
    latitude: NDArray[np.float32]
    longitude: NDArray[np.float32]
    radius_km: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Orders:
    """All pages in the orders in which they are browsed, the first 1,000 of which are what anybody sees."""

    relevance: NDArray[np.uint32]
    rating: NDArray[np.uint32]
    newest: NDArray[np.uint32]
    price: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Segment:
    """``services`` has the services' own ids, ``skills`` the numbers of ``skill_names``, ``languages`` those of
    ``language_names``. ``model``: the name of the embedder that made the ``vectors``, those of all pages."""

    model: str
    columns: Columns
    orders: Orders
    words: Postings
    services: Lists
    groups: Groups
    skills: Lists
    skilled: Inverted
    skill_names: Names
    languages: Bits
    language_names: Names
    vectors: Rounded

    def __len__(self) -> int:
        return len(self.columns.key)

    def save(self, folder: Path) -> None:
        """Writes every array into a file of the folder."""
        parts = {part.name: getattr(self, part.name) for part in fields(self) if part.name != MODEL}
        arrays.write(
            folder,
            {f"{name}.{each.name}": getattr(part, each.name) for name, part in parts.items() for each in fields(part)},
        )

    @classmethod
    def open(cls, folder: Path, *, model: str) -> "Segment":
        """What ``save`` wrote of the vectors of this embedder. Raises as ``arrays.read`` does, and KeyError where
        another version wrote it."""
        found = arrays.read(folder)
        parts = {name: (kind, _kinds(kind)) for name, kind in _kinds(cls).items() if name != MODEL}
        return cls(
            model=model,
            **{name: kind(**{each: found[f"{name}.{each}"] for each in own}) for name, (kind, own) in parts.items()},
        )

    def places(self, high: Halves, low: Halves) -> Places:
        """Where the pages with these ids stand; those that are not there are left out."""
        columns, keys = self.columns, mixed(high, low)
        at = np.searchsorted(columns.key, keys)
        found = []
        # Two ids of one key are as good as impossible; were there such, they would stand side by side.
        while len(at):
            within = at < len(columns.key)
            at, keys, high, low = at[within], keys[within], high[within], low[within]
            same = columns.key[at] == keys
            at, keys, high, low = at[same], keys[same], high[same], low[same]
            is_it = (columns.high[at] == high) & (columns.low[at] == low)
            found.append(at[is_it])
            at, keys, high, low = at[~is_it] + 1, keys[~is_it], high[~is_it], low[~is_it]
        return np.concatenate([np.empty(0, dtype=np.intp), *found]).astype(np.intp)

    def page_id(self, place: int) -> UUID:
        """The id of a page."""
        return joined(int(self.columns.high[place]), int(self.columns.low[place]))


def _kinds(kind: type[Any]) -> Mapping[str, Any]:
    """The fields of a dataclass with their types."""
    hints: Mapping[str, Any] = get_type_hints(kind)
    return hints


@lru_cache(MOST_KEPT)
def joined(high: int, low: int) -> UUID:
    """The id of these halves. Matching meets the same pages again and again."""
    return UUID(int=high << 64 | low)


def halves(ids: list[UUID]) -> tuple[Halves, Halves]:
    """The halves of many ids."""
    both = np.frombuffer(b"".join(each.bytes for each in ids), dtype=">u8").reshape(len(ids), 2).astype(np.uint64)
    return both[:, 0], both[:, 1]


def mixed(high: Halves, low: Halves) -> Halves:
    """A number that depends on every bit of an id (the finaliser of SplitMix64, Steele, Lea and Flood 2014)."""
    value = high ^ (low * np.uint64(0x9E3779B97F4A7C15))
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mix: Halves = value ^ (value >> np.uint64(31))
    return mix


def moment(seconds: float) -> datetime:
    """The moment that a column holds."""
    return datetime.fromtimestamp(seconds, UTC)


def country_number(code: str) -> int:
    """A country of ISO 3166 as a column holds it."""
    return ord(code[0]) << 8 | ord(code[1]) if len(code) == 2 and code.isascii() else 0


def country_code(number: int) -> str:
    """The code of a column's number."""
    return chr(number >> 8) + chr(number & 255) if number else ""
