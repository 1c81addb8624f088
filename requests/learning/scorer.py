"""The learned ranking as matching uses it: the shipped weights' score and what the trees add to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from requests.learning.examples import Matrix, matrix
from requests.learning.trees import Trees
from requests.matching.features import FEATURES, NEUTRAL
from requests.matching.rank import WEIGHTS

SHIPPED_WEIGHT: Final = 4.0
"""What the whole way from 0 to 1 of the shipped score counts beside the trees: it stands where they know little."""


def shipped_part(features: Matrix) -> NDArray[np.float64]:
    """The shipped weights' share of the learned score, before the trees."""
    weights = np.array([WEIGHTS[name] for name in FEATURES])
    part: NDArray[np.float64] = SHIPPED_WEIGHT * (features @ weights) / weights.sum()
    return part


@dataclass(frozen=True, slots=True)
class LearnedScorer:
    """A ``requests.matching.rank.Scorer`` of trees."""

    version: str
    trees: Trees

    def scores(self, rows: Matrix) -> list[float]:
        """Between 0 and 1, by the logistic function; a half is what the middle of the shipped scores gets."""
        whole = shipped_part(rows) - SHIPPED_WEIGHT / 2 + self.trees.predict(rows)
        return [float(score) for score in 1 / (1 + np.exp(-whole))]

    def gains(self, features: Mapping[str, float]) -> dict[str, float]:
        """What each feature adds to the score of a page, against one of which nothing is known."""
        row = matrix([features])
        weights = np.array([WEIGHTS[name] for name in FEATURES])
        added = SHIPPED_WEIGHT * weights * (row[0] - NEUTRAL) / weights.sum() + self.trees.contributions(row)[0]
        return dict(zip(FEATURES, (round(float(each), 4) for each in added), strict=True))
