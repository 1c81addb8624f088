"""Ordering candidates by their features: a weighted mean, or what was learned. No I/O and no clock."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

import numpy as np

from requests.matching.features import FEATURES, NEUTRAL, Numbers, Subject, measure, named

VERSION: Final = "weights-1"
"""Name of the weights, stored with each match's features."""
WEIGHTS: Final[Mapping[str, float]] = {
    "meaning": 0.26,
    "words": 0.12,
    "skills": 0.10,
    "distance": 0.10,
    "price": 0.10,
    "language": 0.04,
    "rating": 0.10,
    "responsiveness": 0.06,
    "availability": 0.03,
    "freshness": 0.03,
    "turn": 0.06,
}


class Ranked(NamedTuple):
    """A candidate with its score in [0, 1] and the features that it comes from, in the order of ``FEATURES``."""

    subject: Subject
    score: float
    row: Sequence[float]
    scorer: "Scorer"

    @property
    def features(self) -> dict[str, float]:
        """The features by name."""
        return named(self.row)

    @property
    def page_id(self) -> UUID:
        """The candidate's page."""
        return self.subject.candidate.page_id


BY_SCORE: Final = attrgetter("score")


class Scorer(Protocol):
    """What turns features into scores."""

    @property
    def version(self) -> str:
        """Its name, stored with each match."""

    def scores(self, rows: Numbers) -> list[float]:
        """A score in [0, 1] for each page's features, which are in the order of ``FEATURES``."""

    def gains(self, features: Mapping[str, float]) -> dict[str, float]:
        """What each feature adds to a page's score, against one of which nothing is known."""


@dataclass(frozen=True, slots=True)
class WeightedMean:
    """The ranking that needs no outcomes. Raises ValueError unless every feature has a weight."""

    version: str
    weights: Mapping[str, float]

    def __post_init__(self) -> None:
        if set(self.weights) != set(FEATURES):
            raise ValueError("Every feature needs a weight, and every weight a feature.")

    def scores(self, rows: Numbers) -> list[float]:
        """See ``Scorer``."""
        weights = np.array([self.weights[name] for name in FEATURES])
        scores: list[float] = (rows @ weights / weights.sum()).tolist()
        return scores

    def gains(self, features: Mapping[str, float]) -> dict[str, float]:
        """See ``Scorer``."""
        return {name: round(weight * (features.get(name, 0) - NEUTRAL), 4) for name, weight in self.weights.items()}


def score(features: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """The weighted mean of the features, in [0, 1]."""
    total = sum(weights.values())
    return sum(weights[name] * features[name] for name in weights) / total


SHIPPED: Final = WeightedMean(VERSION, WEIGHTS)
"""The ranking in force until a learned one has proved to be better."""
KNOWN: Final[Mapping[str, WeightedMean]] = {VERSION: SHIPPED}
"""Rankings of which matches keep the name only. Weights that change get another name, and stay here under theirs."""


def rank(subjects: Sequence[Subject], *, seed: str, scorer: Scorer = SHIPPED) -> list[Ranked]:
    """The candidates, best first. Ties are broken by chance, but by the same chance for the same ``seed``."""
    rows = measure(subjects)
    scores = scorer.scores(rows)
    ranked = [
        Ranked(subject, round(each, 6), row, scorer) for subject, each, row in zip(subjects, scores, rows, strict=True)
    ]
    ranked.sort(key=BY_SCORE, reverse=True)
    found: list[Ranked] = []
    for _score, tied in groupby(ranked, BY_SCORE):
        alike = list(tied)
        found += sorted(alike, key=lambda each: _chance(seed, each.page_id)) if len(alike) > 1 else alike
    return found


def remembered(ranked: Ranked) -> dict[str, Any]:
    """What a match keeps of its ranking: the features, the name of the ranking, and what each feature added where the
    name does not tell; see ``gains_of``."""
    scorer = ranked.scorer
    kept = {**ranked.features, "version": scorer.version}
    return kept if scorer.version in KNOWN else kept | {"gains": scorer.gains(ranked.features)}


def version_of(features: Mapping[str, Any]) -> str:
    """Name of the ranking of a match that keeps these; that of the shipped weights where none is named."""
    return str(features.get("version", VERSION))


def gains_of(features: Mapping[str, Any]) -> Mapping[str, float]:
    """What each feature added to the score of a match that keeps these; by the shipped weights where none is named."""
    gains: Mapping[str, float] | None = features.get("gains")
    return gains or KNOWN.get(version_of(features), SHIPPED).gains(features)


def _chance(seed: str, page_id: UUID) -> bytes:
    return hashlib.blake2b(f"{seed}{page_id}".encode(), digest_size=8).digest()
