"""How likely each place of a list is looked at, whatever stands there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from requests.learning.examples import Example

PLACES: Final = 10
"""Lower places are taken to be like the last of these."""
LEAST: Final = 0.1
"""Chances are not taken to be smaller: a single outcome must not decide everything."""
STEPS: Final = 100
RIDGE: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Chances:
    """By place from 0, the first one's being 1."""

    by_place: tuple[float, ...] = (1.0,) * PLACES

    def of(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """The chance of each of the places."""
        chances: NDArray[np.float64] = np.array(self.by_place)[np.minimum(places, PLACES - 1)]
        return np.maximum(chances, LEAST)


def estimate(examples: Sequence[Example]) -> Chances:
    """From what came of pages at each place, given their features.

    Regression by expectation and maximisation (Wang, Golbandi, Bendersky, Metzler and Najork 2018, Position Bias
    Estimation for Unbiased Learning to Rank in Personal Search), with logistic regression for a page's chance to be
    wanted.
    """
    features = np.vstack([example.features for example in examples])
    features = np.column_stack([features, np.ones(len(features))])
    came = np.concatenate([example.grades > 0 for example in examples]).astype(np.float64)
    places = np.minimum(np.concatenate([example.places for example in examples]), PLACES - 1)
    seen = np.linspace(1, 0.5, PLACES)
    weights = np.zeros(features.shape[1])
    for _step in range(STEPS):
        wanted = _logistic(features @ weights)
        looked = seen[places]
        nothing = np.maximum(1 - looked * wanted, 1e-9)
        was_seen = came + (1 - came) * looked * (1 - wanted) / nothing
        was_wanted = came + (1 - came) * wanted * (1 - looked) / nothing
        seen = np.array([was_seen[places == place].mean() if (places == place).any() else 1 for place in range(PLACES)])
        seen /= seen.max()
        weights = _regressed(features, was_wanted, weights)
    return Chances(tuple(seen.tolist()))


def _regressed(
    features: NDArray[np.float64], target: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Logistic regression with a small ridge, a few of Newton's steps on from ``weights``."""
    ridge = RIDGE * len(features) * np.eye(features.shape[1])
    for _step in range(3):
        found = _logistic(features @ weights)
        curve = (features * (found * (1 - found))[:, None]).T @ features + ridge
        weights = weights + np.linalg.solve(curve, features.T @ (target - found) - ridge @ weights)
    return weights


def _logistic(values: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(values, -30, 30)))
    return found
