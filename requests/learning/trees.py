"""Boosted regression trees as arrays: read from what LightGBM writes, answered by NumPy alone, a millisecond for 200
pages. So only the training needs LightGBM, and its absence never keeps a request from being matched."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from requests.learning.examples import Matrix

LEAF: Final = -1


class Malformed(ValueError):
    """The stored model is none of ours."""


@dataclass(frozen=True, slots=True)
class Trees:
    """``nodes`` of all trees in one row of arrays; each tree begins at its root.

    A leaf has ``feature`` −1 and leads to itself. ``value`` of an inner node is what it would say if it were a leaf.
    """

    names: tuple[str, ...]
    roots: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float64]
    depth: int

    def predict(self, features: Matrix) -> NDArray[np.float64]:
        """The sum over all trees for each row of shape (pages, features)."""
        at = np.broadcast_to(self.roots, (len(features), len(self.roots)))
        for _level in range(self.depth):
            at = self._below(features, at)
        total: NDArray[np.float64] = self.value[at].sum(axis=1)
        return total

    def contributions(self, features: Matrix) -> Matrix:
        """What each feature adds to each row's sum, of shape (pages, features): the change of value at every step
        that asks for it (Saabas 2014, Interpreting random forests). With the roots' values it adds up to the whole."""
        added = np.zeros_like(features)
        rows = np.arange(len(features))[:, None]
        at = np.broadcast_to(self.roots, (len(features), len(self.roots)))
        for _level in range(self.depth):
            below = self._below(features, at)
            # The column of a leaf is some feature, but its value does not change.
            columns = np.maximum(self.feature[at], 0)
            np.add.at(added, (np.broadcast_to(rows, at.shape), columns), self.value[below] - self.value[at])
            at = below
        return added

    def _below(self, features: Matrix, at: NDArray[np.int64]) -> NDArray[np.int64]:
        rows = np.arange(len(features))[:, None]
        goes_left = features[rows, np.maximum(self.feature[at], 0)] <= self.threshold[at]
        return np.where(goes_left, self.left[at], self.right[at])

    @classmethod
    def read(cls, dumped: Mapping[str, Any]) -> "Trees":
        """From LightGBM's ``dump_model()``. Raises Malformed."""
        reading = _Reading()
        try:
            names = tuple(dumped["feature_names"])
            roots = [reading.add(tree["tree_structure"], 0) for tree in dumped["tree_info"]]
        except (KeyError, TypeError) as error:
            raise Malformed(str(error)) from error
        if reading.feature and max(reading.feature) >= len(names):
            raise Malformed("A tree asks for a feature that has no name.")
        return cls(
            names=names,
            roots=np.array(roots, dtype=np.int64),
            feature=np.array(reading.feature, dtype=np.int64),
            threshold=np.array(reading.threshold, dtype=np.float64),
            left=np.array(reading.left, dtype=np.int64),
            right=np.array(reading.right, dtype=np.int64),
            value=np.array(reading.value, dtype=np.float64),
            depth=reading.depth,
        )


class _Reading:
    """The arrays while they grow."""

    def __init__(self) -> None:
        self.feature: list[int] = []
        self.threshold: list[float] = []
        self.left: list[int] = []
        self.right: list[int] = []
        self.value: list[float] = []
        self.depth = 0

    def add(self, node: Mapping[str, Any], depth: int) -> int:
        """Adds the node and all below it; returns its number."""
        number = len(self.feature)
        is_leaf = "leaf_value" in node and "left_child" not in node
        self.feature.append(LEAF if is_leaf else int(node["split_feature"]))
        self.threshold.append(0.0 if is_leaf else float(node["threshold"]))
        self.value.append(float(node["leaf_value"] if is_leaf else node["internal_value"]))
        self.left.append(number)
        self.right.append(number)
        self.depth = max(self.depth, depth)
        if not is_leaf:
            if node.get("decision_type") != "<=":
                raise Malformed("Only numeric splits are known.")
            self.left[number] = self.add(node["left_child"], depth + 1)
            self.right[number] = self.add(node["right_child"], depth + 1)
        return number
