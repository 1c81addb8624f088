"""How likely each place of a list is looked at, whatever stands there."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from requests.learning.examples import Example
from requests.learning.scorer import shipped_part

PLACES: Final = 10
"""Lower places are taken to be like the last of these."""
LEAST: Final = 0.1
"""Chances are not taken to be smaller: a single outcome must not decide everything."""
CONFIDENCE: Final = 0.999
"""What proof it takes that places differ: otherwise low ones would count more by accident."""
BENDS: Final = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Shares of the pages below which the shipped score may count otherwise than above: places go by scores, so what the
model says wrongly of these it would say of those."""
STEPS: Final = 60
CLOSE: Final = 0.05
"""A step that gains less log-likelihood is the last."""
STIFF: Final = 1e9
"""Damping under which nothing moves any more."""
PRIOR_OF_CHANCES: Final = 0.1
PRIOR_OF_WEIGHTS: Final = 0.01
"""Precisions of normal distributions around 0, both so wide that some dozen outcomes outweigh them."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chances:
    """By place from 0, the highest being 1."""

    by_place: tuple[float, ...] = (1.0,) * PLACES

    def of(self, places: NDArray[np.int64]) -> Numbers:
        """The chance of each of the places."""
        chances: Numbers = np.array(self.by_place)[np.minimum(places, PLACES - 1)]
        return np.maximum(chances, LEAST)


def estimate(examples: Sequence[Example]) -> Chances:
    """From what came of pages at each place, given their features; all alike unless it is proven that they are not.

    Something comes of a page that is looked at, which goes by its place, and wanted, which goes by its features: a
    logistic regression (Wang, Golbandi, Bendersky, Metzler and Najork 2018, Position Bias Estimation for Unbiased
    Learning to Rank in Personal Search). They maximise the likelihood by expectation and maximisation, which nears
    chances of 1 so slowly that it never gets there; this does it by Fisher's scoring. Places differ where a model with
    a chance for each beats one with a chance for all in a likelihood-ratio test (Wilks 1938).

    Requests of which nothing came belong among the examples: without them it would seem to matter less what a page is
    like, and more where it stands.
    """
    if not any(len(example.places) for example in examples):
        return Chances()
    places = np.minimum(np.concatenate([example.places for example in examples]), PLACES - 1)
    order = np.argsort(places, kind="stable")
    features = np.vstack([example.features for example in examples])[order]
    came = np.concatenate([example.grades > 0 for example in examples])[order].astype(np.float64)
    there, starts = np.unique(places[order], return_index=True)
    columns = _columns(features)
    alike = _Model(columns, came, np.zeros(1, dtype=np.intp)).fitted(
        np.concatenate([[1.0], np.zeros(columns.shape[1])])
    )
    begin = np.concatenate([np.repeat(alike.parameters[:1], len(there)), alike.parameters[1:]])
    apart = _Model(columns, came, starts).fitted(begin)
    if 2 * (apart.likelihood - alike.likelihood) <= _chi_squared(len(there) - 1):
        return Chances()
    seen = _logistic(apart.parameters[: len(there)])
    # A place that no page had is like the one above it.
    nearest = np.maximum(np.searchsorted(there, np.arange(PLACES), side="right") - 1, 0)
    return Chances(tuple((seen / seen.max())[nearest].tolist()))


@dataclass(frozen=True, slots=True)
class _Fitted:
    """``parameters``: the log-odds of the groups' chances, then the weights of the columns."""

    parameters: Numbers
    likelihood: float


@dataclass(frozen=True, slots=True)
class _Model:
    """``came`` is 1 with the group's chance times the logistic function of the weighted ``columns``. Each group's rows
    begin where the one's before it end."""

    columns: Numbers
    came: Numbers
    starts: NDArray[np.intp]

    def fitted(self, begin: Numbers) -> _Fitted:
        """The parameters of the greatest likelihood times prior, by Fisher's scoring from ``begin`` on, damped where a
        step would lead downwards (Levenberg 1944, Marquardt 1963)."""
        at, height, damping = begin, self._height(begin), 1e-3
        for _step in range(STEPS):
            slope, information = self._derivatives(at)
            gain = -1.0
            while gain < 0 and damping < STIFF:
                tried = at + np.linalg.solve(information + damping * np.diag(np.diag(information)), slope)
                gain = self._height(tried) - height
                damping *= 10 if gain < 0 else 0.1
            if gain < 0:
                break
            at, height = tried, height + gain
            if gain < CLOSE:
                break
        return _Fitted(at, self._likelihood(at))

    def _parts(self, parameters: Numbers) -> tuple[Numbers, Numbers]:
        """Each row's chance to be looked at and to be wanted."""
        groups = len(self.starts)
        seen = np.repeat(_logistic(parameters[:groups]), np.diff(self.starts, append=len(self.came)))
        return seen, _logistic(self.columns @ parameters[groups:])

    def _height(self, parameters: Numbers) -> float:
        """The log-likelihood with the prior."""
        return self._likelihood(parameters) - float((self._prior() * parameters**2).sum()) / 2

    def _likelihood(self, parameters: Numbers) -> float:
        seen, wanted = self._parts(parameters)
        chance = _inside(seen * wanted)
        return float(np.log(np.where(self.came > 0, chance, 1 - chance)).sum())

    def _derivatives(self, parameters: Numbers) -> tuple[Numbers, Numbers]:
        """The slope of the height, and Fisher's information."""
        seen, wanted = self._parts(parameters)
        chance = _inside(seen * wanted)
        weight = 1 / (chance * (1 - chance))
        by_group, by_sum = chance * (1 - seen), chance * (1 - wanted)
        missed = (self.came - chance) * weight
        slope = np.concatenate([self._by_group(missed * by_group), self.columns.T @ (missed * by_sum)])
        among_groups = np.diag(self._by_group(by_group**2 * weight))
        between = self._by_group_and_column(by_group * by_sum * weight)
        among_columns = (self.columns * (by_sum**2 * weight)[:, None]).T @ self.columns
        information = np.block([[among_groups, between], [between.T, among_columns]])
        return slope - self._prior() * parameters, information + np.diag(self._prior())

    def _by_group(self, rows: Numbers) -> Numbers:
        sums: Numbers = np.add.reduceat(rows, self.starts)
        return sums

    def _by_group_and_column(self, rows: Numbers) -> Numbers:
        stops = [*self.starts[1:], len(rows)]
        return np.array([rows[a:b] @ self.columns[a:b] for a, b in zip(self.starts, stops, strict=True)])

    def _prior(self) -> Numbers:
        groups, columns = len(self.starts), self.columns.shape[1]
        return np.repeat([PRIOR_OF_CHANCES, PRIOR_OF_WEIGHTS], [groups, columns])


def _columns(features: Numbers) -> Numbers:
    """The features, a constant, and how far the shipped score is above each of the bends."""
    scores = shipped_part(features)
    bent = np.maximum(scores[:, None] - np.quantile(scores, BENDS), 0)
    return np.column_stack([features, np.ones(len(features)), bent])


def _chi_squared(freedom: int) -> float:
    """What chi-squared stays below at ``CONFIDENCE`` (Wilson and Hilferty 1931); 0 without any freedom."""
    if freedom == 0:
        return 0.0
    part = 2 / (9 * freedom)
    return float(freedom * (1 - part + NormalDist().inv_cdf(CONFIDENCE) * part**0.5) ** 3)


def _inside(chances: Numbers) -> Numbers:
    return np.clip(chances, 1e-9, 1 - 1e-9)


def _logistic(values: Numbers) -> Numbers:
    found: Numbers = 1 / (1 + np.exp(-np.clip(values, -30, 30)))
    return found
