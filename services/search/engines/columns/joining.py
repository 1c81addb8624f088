"""Putting rows side by side as the columns of a segment.

Memory holds each value once, or little more: what stands in a column is forgotten where it was read.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.search.engines.columns.arrays import Places, give_back, spread
from services.search.engines.columns.reading import SOME, Rows, rows
from services.search.engines.columns.segment import Columns, Orders, Segment, mixed
from services.search.engines.columns.values import Bits, Inverted, Lists, Names, Postings
from services.search.engines.columns.vectors import Groups, Rounded

MANY: Final = 100_000
"""Pages from which on it is worth the time to give memory back on the way."""


def read_some(page_ids: Sequence[UUID]) -> list[Segment]:
    """The index's rows of these pages as segments, one for each embedder that made some of their vectors, the largest
    first. One query."""
    return sorted((segment([each]) for each in rows(SOME, {"ids": list(page_ids)})), key=len, reverse=True)


def segment(parts: Iterable[Rows]) -> Segment:
    """These rows, whose vectors one embedder made, as a segment; of a page that came twice the row that was written
    last. Leaves the rows empty."""
    joining = _Joining(list(parts))
    # What takes most comes first, while the least is there twice.
    lengths, terms = joining.values("terms")
    impacts = joining.values("impacts")[1]
    if len(joining) >= MANY:
        give_back()
    words = Postings.of(lengths, terms, impacts)
    del terms, impacts
    vectors = Rounded(joining.column("numbers"), joining.column("scale"))
    lengths, services = joining.values("services")
    groups = Groups.of(np.repeat(np.arange(len(joining), dtype=np.uint32), lengths), services, vectors)
    skill_names, language_names = joining.named("skills"), joining.named("languages")
    skills = Lists.of(*joining.values("skills"))
    languages = Bits.of(*joining.values("languages"), len(language_names))
    columns = Columns(key=joining.key, **{name: joining.column(name) for name in joining.left()})
    return Segment(
        model=joining.model,
        columns=columns,
        orders=_orders(columns),
        words=words,
        services=Lists.of(lengths, services),
        groups=groups,
        skills=skills,
        skilled=Inverted.of(skills, len(skill_names)),
        skill_names=Names.of(skill_names),
        languages=languages,
        language_names=Names.of(language_names),
        vectors=vectors,
    )


class _Joining:
    """Rows on their way into a segment. ``key``: of the pages in their order."""

    def __init__(self, parts: Sequence[Rows]) -> None:
        self.parts = parts
        self.model = parts[0].model
        high, low, indexed = (
            np.concatenate([part.columns[name] for part in parts]) for name in ("high", "low", "indexed_at")
        )
        key = mixed(high, low)
        order = np.lexsort((indexed, low, high, key))
        high, low = high[order], low[order]
        # The last of those that are the same.
        order = order[np.append((high[1:] != high[:-1]) | (low[1:] != low[:-1]), [True])[: len(order)]]
        self.key = key[order]
        places = np.full(len(key), -1, dtype=np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        # Of each part the numbers of the rows that stay, and their places.
        self._rows: list[tuple[Places, NDArray[np.int32]]] = []
        for own in np.split(places, np.cumsum([len(part) for part in parts])[:-1]):
            stay = np.flatnonzero(own >= 0)
            self._rows.append((stay, own[stay]))

    def __len__(self) -> int:
        return len(self.key)

    def left(self) -> list[str]:
        """The names of the columns that were not taken yet."""
        return list(self.parts[0].columns)

    def column(self, name: str) -> NDArray[Any]:
        """Takes a column from all parts."""
        first = self.parts[0].columns[name]
        whole = np.empty((len(self), *first.shape[1:]), dtype=first.dtype)
        for part, (stay, places) in zip(self.parts, self._rows, strict=True):
            whole[places] = part.columns.pop(name)[stay]
        return whole

    def values(self, name: str) -> tuple[NDArray[np.int32], NDArray[Any]]:
        """Takes lists from all parts: how many values each page has, and these."""
        lengths = np.empty(len(self), dtype=np.int32)
        for part, (stay, places) in zip(self.parts, self._rows, strict=True):
            lengths[places] = part.lists[name][0][stay]
        ends = np.cumsum(lengths, dtype=np.int64)
        whole = np.empty(int(ends[-1]) if len(ends) else 0, dtype=self.parts[0].lists[name][1].dtype)
        for places, own, values in self._taken(name):
            whole[spread(ends[places] - own, own)] = values
        return lengths, whole

    def named(self, name: str) -> list[str]:
        """All names, in their order, by whose numbers the lists go from here on."""
        names = sorted(set().union(*(part.names[name] for part in self.parts)), key=str.encode)
        numbers = {each: number for number, each in enumerate(names)}
        for part in self.parts:
            lengths, values = part.lists[name]
            own = np.array([numbers[each] for each in part.names.pop(name)], dtype=np.int32)
            part.lists[name] = (lengths, own[values])
        return names

    def _taken(self, name: str) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[Any]]]:
        """Of each part the places of its rows, how many values each has, and these."""
        for part, (stay, places) in zip(self.parts, self._rows, strict=True):
            lengths, values = part.lists.pop(name)
            if len(stay) < len(lengths):
                starts = np.cumsum(lengths) - lengths
                lengths, values = lengths[stay], values[spread(starts[stay], lengths[stay])]
            yield places, lengths, values


def _orders(columns: Columns) -> Orders:
    ids = (columns.low, columns.high)
    rating, rate = np.nan_to_num(columns.rating, nan=-1), np.nan_to_num(columns.rate_eur, nan=np.inf)
    return Orders(
        relevance=np.lexsort((*ids, -columns.quality)).astype(np.uint32),
        rating=np.lexsort((*ids, -columns.rating_count, -rating)).astype(np.uint32),
        newest=np.lexsort((*ids, -columns.first_published_at)).astype(np.uint32),
        price=np.lexsort((*ids, rate)).astype(np.uint32),
    )
