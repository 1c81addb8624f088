"""Groups of vectors of like meaning: k-means by Lloyd's algorithm."""

from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.search.embedding.base import Vectors

A_GROUP: Final = 24
"""Vectors in a sample for each group."""
ROUNDS: Final = 8
"""Of the algorithm. Further ones change little in a sample."""


def means(vectors: Vectors, number: int) -> Vectors:
    """``number`` centroids of the vectors. One that is nearest to none stays. The same ones each time."""
    chosen = Random(1).sample(range(len(vectors)), min(number, len(vectors)))  # noqa: S311  no secret
    centroids = vectors[chosen]
    for _round in range(ROUNDS):
        nearest = nearest_of(vectors, centroids)
        order = np.argsort(nearest, kind="stable")
        taken, starts, counts = np.unique(nearest[order], return_index=True, return_counts=True)
        centroids[taken] = np.add.reduceat(vectors[order], starts) / counts[:, None]
    return centroids


def nearest_of(vectors: Vectors, centroids: Vectors) -> NDArray[np.int64]:
    """The place of the centroid that each vector is nearest to."""
    found: NDArray[np.int64] = np.argmax(vectors @ centroids.T - (centroids**2).sum(axis=1) / 2, axis=1)
    return found
