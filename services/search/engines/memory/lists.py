"""What pages have several of (services, skills, languages, words), as flat arrays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Key = TypeVar("Key", int, str)
Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lists(Generic[Key]):
    """The values of each page: ``owners`` are the places of pages, ``codes`` the places of values in ``values``, one of
    each for every value that a page has. ``size``: how many pages there are."""

    owners: Numbers
    codes: Numbers
    values: list[Key]
    size: int

    @classmethod
    def of(cls, rows: Sequence[Sequence[Key]]) -> "Lists[Key]":
        """The lists of these pages."""
        codes: dict[Key, int] = {}
        flat = [codes.setdefault(value, len(codes)) for row in rows for value in row]
        owners = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        return cls(owners, np.array(flat, dtype=np.int64), list(codes), len(rows))

    def having_any(self, wanted: Iterable[Key]) -> Mask:
        """Which pages have one of these values."""
        return self.shared(wanted) > 0

    def shared(self, wanted: Iterable[Key]) -> Numbers:
        """How many of these values each page has."""
        asked = set(wanted)
        chosen = np.array([value in asked for value in self.values], dtype=bool)
        owners = self.owners[chosen[self.codes]] if len(chosen) else self.owners
        return np.bincount(owners, minlength=self.size)

    def counted(self, among: Mask) -> dict[Key, int]:
        """How many of these pages have each value."""
        numbers = np.bincount(self.codes[among[self.owners]], minlength=len(self.values))
        return {value: int(number) for value, number in zip(self.values, numbers, strict=True) if number}


@dataclass(frozen=True, slots=True)
class Postings:
    """What each word counts in which pages: those of the term ``terms[n]`` stand from ``starts[n]`` to the next."""

    terms: Numbers
    starts: Numbers
    places: Numbers
    impacts: NDArray[np.float32]

    @classmethod
    def of(cls, rows: Sequence[tuple[Any, Any]]) -> "Postings":
        """The postings of pages, of each the terms and what they count."""
        terms = np.concatenate([row[0] for row in rows]) if rows else np.empty(0)
        places = np.repeat(np.arange(len(rows)), [len(row[0]) for row in rows])
        impacts = np.concatenate([row[1] for row in rows]) if rows else np.empty(0)
        order = np.argsort(terms, kind="stable")
        found, starts = np.unique(terms[order], return_index=True)
        return cls(
            found.astype(np.int64),
            np.append(starts, len(terms)).astype(np.int64),
            places[order],
            impacts[order].astype(np.float32),
        )

    def of_term(self, term: int) -> tuple[Numbers, NDArray[np.float32]]:
        """The pages that have the term, and what it counts there."""
        place = int(np.searchsorted(self.terms, term))
        if place == len(self.terms) or self.terms[place] != term:
            return self.places[:0], self.impacts[:0]
        span = slice(int(self.starts[place]), int(self.starts[place + 1]))
        return self.places[span], self.impacts[span]
