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
        spans = [self.span(service) for service in services]
        found = [self.places[self.starts[span.start] : self.starts[span.stop]] for span in spans if span]
        return union(*found)

    def size(self, services: Iterable[int]) -> int:
        """How many pages the lists of these services have together."""
        spans = (self.span(service) for service in services)
        return sum(int(self.starts[span.stop] - self.starts[span.start]) for span in spans if span)

    def span(self, service: int) -> range:
        """The groups of a service."""
        wanted = np.int32(service)  # of a wider kind all services would be converted to that first
        return range(
            int(np.searchsorted(self.services, wanted)), int(np.searchsorted(self.services, wanted, side="right"))
        )

    def nearest(self, services: Iterable[int], vector: Vector, most: int) -> Places:
        """Pages of these services, in order: the groups that are nearest to the vector, until there are ``most``."""
        spans = [self.span(each) for each in services]
        groups = np.concatenate([np.empty(0, dtype=np.intp), *(np.arange(span.start, span.stop) for span in spans)])
        products = [self.centroids[span.start : span.stop] @ vector for span in spans]
        near = groups[np.argsort(-np.concatenate([np.empty(0), *products]), kind="stable")]
        starts, sizes = self.starts[near], self.starts[near + 1] - self.starts[near]
        enough = int(np.searchsorted(np.cumsum(sizes), most)) + 1
        rows = spread(starts[:enough], sizes[:enough])[:most]
        return union(self.places[rows])

    def closest(self, vector: Vector, most: int) -> list[int]:
        """The services whose pages are nearest in the mean."""
        near = np.argsort(-(self.means @ vector), kind="stable")[:most]
        found: list[int] = self.known[near].tolist()
        return found


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
