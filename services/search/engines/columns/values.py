"""What pages have several of: words, services, skills, languages."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.search.engines.columns.arrays import Floats, Mask, Places, among, highest, spread

FREQUENT: Final = 2048
"""Pages from which on a word's pages are also listed in the order of what it counts there."""
PREFIX: Final = 4
"""Of so many pages of a frequent word one is listed in that order, and not less than ``FREQUENT``."""
WHOLE: Final = 65535
"""What a word counts at most, as it is stored."""
AT_ONCE: Final = 16_384
"""Pages whose words are sorted at a time."""


def runs(ordered: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The values that stand in a list in order, and how often each does."""
    firsts = np.flatnonzero(np.append([True], ordered[1:] != ordered[:-1])[: len(ordered)])
    return ordered[firsts], np.diff(np.append(firsts, len(ordered)))


@dataclass(frozen=True, slots=True)
class Postings:
    """What each word counts in which pages: those of ``terms[n]`` stand from ``starts[n]`` to the next, in order.

    Of the frequent terms ``terms[frequent[n]]`` the places where they count most come first from ``best_starts[n]`` on
    in ``best``: an impact-ordered index (Anh and Moffat 2006; Lin and Trotman 2015) beside one ordered by page.
    """

    terms: NDArray[np.int64]
    starts: NDArray[np.int64]
    places: NDArray[np.uint32]
    impacts: NDArray[np.uint16]
    frequent: NDArray[np.int64]
    best_starts: NDArray[np.int64]
    best: NDArray[np.uint32]

    @classmethod
    def of(cls, lengths: NDArray[Any], terms: NDArray[np.int32], impacts: NDArray[np.uint16]) -> "Postings":
        """Of pages in their order: how many terms each has, the numbers of these, and what they count (of ``WHOLE``).

        A counting sort: a walk through the pages counts the terms, another one puts each behind the pages that it was
        in before. Only the terms of some pages are sorted at a time, which takes little memory.
        """
        counts = [runs(np.sort(terms[span])) for _pages, span in _some_pages(lengths)]
        found = np.unique(np.concatenate([*(own for own, _sizes in counts), terms[:0]]))
        numbers = np.zeros(len(found), dtype=np.int64)
        for own, sizes in counts:
            numbers[np.searchsorted(found, own)] += sizes
        starts = np.concatenate([[0], np.cumsum(numbers)]).astype(np.int64)
        places, counted = np.empty(len(terms), dtype=np.uint32), np.empty(len(terms), dtype=np.uint16)
        free = starts[:-1].copy()
        for pages, span in _some_pages(lengths):
            order = _sorting(terms[span])
            own, sizes = runs(terms[span][order])
            at = np.searchsorted(found, own)
            to = spread(free[at], sizes)
            places[to], counted[to] = np.repeat(pages, lengths[pages])[order], impacts[span][order]
            free[at] += sizes
        frequent = np.flatnonzero(numbers >= FREQUENT)
        best = [_best(places[starts[at] : starts[at + 1]], counted[starts[at] : starts[at + 1]]) for at in frequent]
        return cls(
            terms=found.astype(np.int64),
            starts=starts,
            places=places,
            impacts=counted,
            frequent=frequent.astype(np.int64),
            best_starts=np.cumsum([0, *map(len, best)], dtype=np.int64),
            best=np.concatenate([*best, np.empty(0, dtype=np.uint32)]),
        )

    def of_term(self, term: int) -> "Posting":
        """The pages that have the term."""
        at = int(np.searchsorted(self.terms, term))
        if at == len(self.terms) or self.terms[at] != term:
            return Posting(self.places[:0], self.impacts[:0], self.places[:0])
        span = slice(int(self.starts[at]), int(self.starts[at + 1]))
        number = int(np.searchsorted(self.frequent, at))
        best = self.places[:0]
        if number < len(self.frequent) and self.frequent[number] == at:
            best = self.best[int(self.best_starts[number]) : int(self.best_starts[number + 1])]
        return Posting(self.places[span], self.impacts[span], best)


def _some_pages(lengths: NDArray[Any]) -> Iterator[tuple[NDArray[np.uint32], slice]]:
    """All pages, some at a time, and where the values of these stand. ``lengths``: how many each has."""
    stop = 0
    for first in range(0, len(lengths), AT_ONCE):
        pages = np.arange(first, min(first + AT_ONCE, len(lengths)), dtype=np.uint32)
        start, stop = stop, stop + int(lengths[pages].sum())
        yield pages, slice(start, stop)


def _sorting(terms: NDArray[np.int32]) -> Places:
    """In which order the terms are sorted, those that are the same as they are."""
    # Sorting both as one number takes a fifth of the time of a stable ``argsort``.
    order: Places = np.sort(terms.astype(np.int64) << 32 | np.arange(len(terms))) & 0xFFFFFFFF
    return order


def _best(places: NDArray[np.uint32], impacts: NDArray[np.uint16]) -> NDArray[np.uint32]:
    most = max(FREQUENT, len(places) // PREFIX)
    return places[np.argsort(~impacts, kind="stable")[:most]]


@dataclass(frozen=True, slots=True)
class Posting:
    """The ``places`` that have a term, in order, what it counts there, and, of a frequent one, the ``best`` of them,
    where it counts most first."""

    places: NDArray[np.uint32]
    impacts: NDArray[np.uint16]
    best: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.places)

    def has(self, places: Places) -> Mask:
        """Which of these places, which are in order, have the term."""
        if len(places) <= len(self.places):
            return among(places, self.places)[0]
        found = np.zeros(len(places), dtype=bool)
        has, at = among(self.places.astype(np.intp), places)
        found[at[has]] = True
        return found

    def strongest(self, most: int) -> Places:
        """The places where the term counts most, in any order."""
        if len(self.best):
            return self.best[:most].astype(np.intp)
        # Of numbers without a sign ``highest`` cannot turn it.
        return self.places[highest(self.impacts.astype(np.int32), most)].astype(np.intp)

    def counts(self, places: Places) -> Floats:
        """What the term counts in each of these places, which are in order; 0 where it does not stand."""
        counted = np.zeros(len(places))
        if len(places) <= len(self.places):
            has, at = among(places, self.places)
            counted[has] = self.impacts[at[has]]
        else:
            has, at = among(self.places.astype(np.intp), places)
            counted[at[has]] = self.impacts[has]
        return counted / WHOLE


@dataclass(frozen=True, slots=True)
class Lists:
    """The values of each page, as numbers: those of the page ``n`` stand from ``starts[n]`` to the next."""

    starts: NDArray[np.int64]
    values: NDArray[np.int32]

    @classmethod
    def of(cls, lengths: NDArray[Any], values: NDArray[Any]) -> "Lists":
        """Of pages in their order: how many values each has, and these."""
        return cls(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), values.astype(np.int32))

    def of_places(self, places: Places) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """How many values each of these pages has, and these."""
        starts = self.starts[places]
        lengths = self.starts[places + 1] - starts
        return lengths, self.values[spread(starts, lengths)]

    def shared(self, places: Places, wanted: NDArray[Any]) -> NDArray[np.int64]:
        """How many of the wanted values each of these pages has."""
        lengths, values = self.of_places(places)
        owners = np.repeat(np.arange(len(places)), lengths)
        return np.bincount(owners[np.isin(values, wanted)], minlength=len(places))


@dataclass(frozen=True, slots=True)
class Inverted:
    """The same the other way round: the pages that have the value ``n`` stand from ``starts[n]`` to the next, in
    order."""

    starts: NDArray[np.int64]
    places: NDArray[np.uint32]

    @classmethod
    def of(cls, lists: Lists, size: int) -> "Inverted":
        """Of lists of values below ``size``."""
        order = np.argsort(lists.values, kind="stable")
        owners = np.repeat(np.arange(len(lists.starts) - 1, dtype=np.uint32), np.diff(lists.starts))
        numbers = np.bincount(lists.values, minlength=size)
        return cls(np.concatenate([[0], np.cumsum(numbers)]).astype(np.int64), owners[order])

    def having(self, value: int) -> Places:
        """The pages that have the value."""
        return self.places[int(self.starts[value]) : int(self.starts[value + 1])].astype(np.intp)


@dataclass(frozen=True, slots=True)
class Names:
    """Texts in their order, as one array of UTF-8 with the ``ends`` of each."""

    text: NDArray[np.uint8]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, names: Sequence[str]) -> "Names":
        """Of names that are in the order of their UTF-8."""
        encoded = [name.encode() for name in names]
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), np.cumsum([0, *map(len, encoded)], dtype=np.int64))

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, number: int) -> bytes:
        return self.text[int(self.ends[number]) : int(self.ends[number + 1])].tobytes()

    def name(self, number: int) -> str:
        """The text of this number."""
        return self[number].decode()

    def numbers(self, names: Iterable[str]) -> NDArray[np.int64]:
        """The numbers of these names; those that are not there are left out."""
        wanted = {name.encode(errors="replace") for name in names}
        found = ((bisect_left(range(len(self)), name, key=self.__getitem__), name) for name in wanted)
        return np.array([at for at, name in found if at < len(self) and self[at] == name], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Bits:
    """Values of which there are few, as a bit for each in the words of a page's row."""

    rows: NDArray[np.uint64]

    @classmethod
    def of(cls, lengths: NDArray[Any], values: NDArray[Any], size: int) -> "Bits":
        """Of pages in their order: how many values below ``size`` each has, and these."""
        rows = np.zeros((len(lengths), max(1, -(-size // 64))), dtype=np.uint64)
        owners, values = np.repeat(np.arange(len(lengths)), lengths), values.astype(np.uint64)
        bits = np.left_shift(np.uint64(1), values % np.uint64(64))
        np.bitwise_or.at(rows, (owners, (values // np.uint64(64)).astype(np.intp)), bits)
        return cls(rows)

    def counted(self, places: Places, size: int) -> list[int]:
        """How many of these pages have each of the first ``size`` values."""
        octets = self.rows[places].astype("<u8", copy=False).view(np.uint8)
        numbers: list[int] = np.unpackbits(octets, axis=1, bitorder="little").sum(axis=0)[:size].tolist()
        return numbers

    def having(self, places: Places | slice, value: int) -> Mask:
        """Which of these pages have the value."""
        found: Mask = (self.rows[places, value // 64] >> np.uint64(value % 64)) & np.uint64(1) != 0
        return found
