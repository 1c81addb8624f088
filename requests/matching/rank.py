"""Ordering candidates: a weighted mean of their features. No I/O and no clock."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from requests.matching.features import FEATURES, Subject, measure

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


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its score in [0, 1] and the features that it comes from."""

    subject: Subject
    score: float
    features: Mapping[str, float]

    @property
    def page_id(self) -> UUID:
        """The candidate's page."""
        return self.subject.candidate.page_id


def score(features: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """The weighted mean of the features, in [0, 1]."""
    total = sum(weights.values())
    return sum(weights[name] * features[name] for name in weights) / total


def rank(subjects: Sequence[Subject], *, seed: str, weights: Mapping[str, float] = WEIGHTS) -> list[Ranked]:
    """The candidates, best first. Ties are broken by chance, but by the same chance for the same ``seed``."""
    if set(weights) != set(FEATURES):
        raise ValueError("Every feature needs a weight, and every weight a feature.")
    measured = [(subject, measure(subject)) for subject in subjects]
    ranked = [Ranked(subject, round(score(features, weights), 6), features) for subject, features in measured]
    return sorted(ranked, key=lambda each: (-each.score, _chance(seed, each.page_id)))


def _chance(seed: str, page_id: UUID) -> bytes:
    return hashlib.blake2b(f"{seed}{page_id}".encode(), digest_size=8).digest()
