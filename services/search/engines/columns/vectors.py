"""What pages mean, in a byte for each number, and the pages of a service in groups of like meaning."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.search.embedding.base import Vectors
from services.search.engines.columns.arrays import Floats, Places, Vector, spread, union
from services.search.engines.columns.clusters import A_GROUP, means, nearest_of

STEPS: Final = 127
"""Of the largest number of a vector, in each direction: a cosine is wrong by 0.0005 to 0.002."""
AT_ONCE: Final = 2048
"""Vectors that are compared at a time."""
BLOCK: Final = 16_384
"""Vectors that are rounded, or grouped, at a time."""
GROUP: Final = 64
"""Pages that a group is to have."""
MOST_GROUPS: Final = 1024
"""Of a service, more or less."""
BRANCHES: Final = 64
"""Groups into which pages are divided at once."""


@dataclass(frozen=True, slots=True)
class Rounded:
    """Vectors of length 1, each number as a multiple of its page's ``scale``; 0 where a page has none."""

    numbers: NDArray[np.int8]
    scale: NDArray[np.float32]

    @classmethod
    def of(cls, vectors: NDArray[Any]) -> "Rounded":
        """Of vectors of any length."""
        numbers = np.empty(vectors.shape, dtype=np.int8)
        scale = np.empty(len(vectors), dtype=np.float32)
        for start in range(0, len(vectors), BLOCK):
            block = vectors[start : start + BLOCK].astype(np.float32)
            length, most = np.linalg.norm(block, axis=1), np.abs(block).max(axis=1, initial=0)
            step = np.where(most > 0, most / STEPS, 1)
            numbers[start : start + BLOCK] = np.round(block / step[:, None])
            scale[start : start + BLOCK] = np.where(length > 0, step / np.where(length > 0, length, 1), 0)
        return cls(numbers, scale)

    def rows(self, places: Places) -> Vectors:
        """The vectors of these pages."""
        found: Vectors = self.numbers[places].astype(np.float32) * self.scale[places, None]
        return found

    def likeness(self, places: Places, vector: Vector) -> Floats:
        """The cosine of each of these pages with the vector."""
        found = np.empty(len(places), dtype=np.float32)
        room = np.empty((min(len(places), AT_ONCE), self.numbers.shape[1]), dtype=np.float32)
        # In blocks that stay in the processor's cache, which takes 40 % less.
        for start in range(0, len(places), AT_ONCE):
            some = places[start : start + AT_ONCE]
            np.copyto(room[: len(some)], self.numbers[some])
            np.dot(room[: len(some)], vector, out=found[start : start + len(some)])
        return (found * self.scale[places]).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Groups:
    """The pages of each service, those of like meaning together: the group ``n`` are the ``places`` from
    ``starts[n]`` to the next, in order, pages of ``services[n]`` around ``centroids[n]``. Groups of a service are
    neighbours. ``means``: of the pages of each service that there is (``known``)."""

    services: NDArray[np.int32]
    starts: NDArray[np.int64]
    places: NDArray[np.uint32]
    centroids: Vectors
    known: NDArray[np.int32]
    means: Vectors

    @classmethod
    def of(cls, owners: Places, services: NDArray[Any], vectors: Rounded) -> "Groups":
        """Of pages in their order, each with a service, once for each of its services."""
        order = np.argsort(services, kind="stable")
        known, firsts = np.unique(services[order], return_index=True)
        lists = np.split(owners[order], firsts[1:]) if len(known) else []
        divided = [list(_divided(each, vectors, size=max(GROUP, len(each) // MOST_GROUPS))) for each in lists]
        groups = [group for each in divided for group in each]
        return cls(
            services=np.repeat(known, [len(each) for each in divided]).astype(np.int32),
            starts=np.cumsum([0, *map(len, groups)], dtype=np.int64),
            places=np.concatenate([np.empty(0, dtype=np.uint32), *groups]).astype(np.uint32),
            centroids=_means(vectors, groups),
            known=known.astype(np.int32),
            means=_means(vectors, lists),
        )

    def having(self, services: Iterable[int]) -> Places:
        """The pages that offer one of these services, in order."""
        firsts, lasts = self._spans(services)
        return union(
            *(self.places[first:last] for first, last in zip(self.starts[firsts], self.starts[lasts], strict=True))
        )

    def size(self, services: Iterable[int]) -> int:
        """How many pages the lists of these services have together."""
        firsts, lasts = self._spans(services)
        return int((self.starts[lasts] - self.starts[firsts]).sum())

    def nearest(self, services: Iterable[int], vector: Vector, most: int) -> Places:
        """Pages of these services, in order: the groups that are nearest to the vector, until there are ``most``."""
        firsts, lasts = self._spans(services)
        groups = spread(firsts, lasts - firsts)
        products = np.empty(len(groups), dtype=np.float32)
        stop = 0
        for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
            start, stop = stop, stop + last - first
            np.dot(self.centroids[first:last], vector, out=products[start:stop])
        sizes = self.starts[groups + 1] - self.starts[groups]
        near = _until(most, products, sizes)
        rows = spread(self.starts[groups[near]], sizes[near])[:most]
        return union(self.places[rows])

    def _spans(self, services: Iterable[int]) -> tuple[Places, Places]:
        """Of each service its first group, and the one behind its last."""
        # Of a wider kind all services would be converted to that first.
        wanted = np.fromiter(services, dtype=np.int32)
        return np.searchsorted(self.services, wanted), np.searchsorted(self.services, wanted, side="right")

    def closest(self, vector: Vector, most: int) -> list[int]:
        """The services whose pages are nearest in the mean."""
        near = np.argsort(-(self.means @ vector), kind="stable")[:most]
        found: list[int] = self.known[near].tolist()
        return found


def _until(most: int, products: NDArray[np.float32], sizes: NDArray[np.int64]) -> Places:
    """Where the highest products stand, the highest first, until the sizes there are ``most`` together."""
    # Twice as many as that takes in the mean; all of them are many to be sorted.
    some = min(len(products), 2 + 2 * most * len(products) // max(int(sizes.sum()), 1))
    while True:
        found = np.argpartition(-products, some - 1)[:some] if some < len(products) else np.arange(len(products))
        found = found[np.argsort(-products[found], kind="stable")]
        reached = np.cumsum(sizes[found])
        if some == len(products) or reached[-1] >= most:
            return found[: int(np.searchsorted(reached, most)) + 1]
        some = min(len(products), 4 * some)


def _divided(pages: Places, vectors: Rounded, *, size: int) -> Iterator[Places]:
    """The pages of a list in groups of like meaning of about this size, each in order."""
    number = len(pages) // size
    if number < 2:
        yield pages
        return
    # Of very many groups a few large ones are made first and divided in turn: a page is compared with both kinds only.
    at_once = number if number <= BRANCHES else math.isqrt(number)
    # Pages stand in no order that means anything, so the first are a sample.
    centroids = means(vectors.rows(pages[: at_once * A_GROUP]), at_once)
    blocks = (pages[start : start + BLOCK] for start in range(0, len(pages), BLOCK))
    nearest = np.concatenate([nearest_of(vectors.rows(block), centroids) for block in blocks])
    order = np.argsort(nearest, kind="stable")
    found = np.split(pages[order], np.flatnonzero(np.diff(nearest[order])) + 1)
    for group in found:
        if at_once == number or len(found) == 1:
            yield group
        else:
            yield from _divided(group, vectors, size=size)


def _means(vectors: Rounded, groups: Sequence[Places]) -> Vectors:
    """The mean of the vectors of each group of pages."""
    found: Vectors = np.empty((len(groups), vectors.numbers.shape[1]), dtype=np.float32)
    for number, pages in enumerate(groups):
        found[number] = (vectors.scale[pages] @ vectors.numbers[pages].astype(np.float32)) / np.float32(len(pages))
    return found
