"""Whether a new ranking is better than the one in force: DCG@10 on later outcomes that it has not seen.

What stood low was seldom looked at and so seldom came to anything, which would speak for the ranking that put it there.
So each outcome counts as often as its place is overlooked (inverse propensity weighting; Joachims, Swaminathan and
Schnabel 2017, Unbiased Learning-to-Rank with Biased Feedback).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from requests.learning.chances import Chances
from requests.learning.examples import Example
from requests.learning.grades import GAINS
from requests.matching.rank import SHIPPED, Scorer

DEEP: Final = 10
LEAST: Final = 100
"""Requests to judge by; fewer say nothing."""
CONFIDENCE: Final = 2.576
"""Standard errors by which the mean gain must exceed zero: one-sided 99.5 %, for it is asked every day."""
HELD_OUT: Final = 0.2
"""Share of the examples that is judged by: the latest."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Mean DCG@10 ``before`` and ``after`` over ``judged`` requests; ``least``: what the gain is at least, with 99.5 %
    confidence."""

    judged: int
    before: float
    after: float
    least: float

    @property
    def is_better(self) -> bool:
        """Whether the new one may go live."""
        return self.judged >= LEAST and self.least > 0


def split(examples: Sequence[Example]) -> tuple[Sequence[Example], Sequence[Example]]:
    """Earlier ones to learn from and later ones to judge by. They come earliest first."""
    border = int(len(examples) * (1 - HELD_OUT))
    return examples[:border], examples[border:]


def compare(examples: Sequence[Example], before: Scorer, after: Scorer, *, seen: Chances) -> Verdict:
    """Both rankings on the same requests. ``seen``: the chance of each place to be looked at, learned from others."""
    old = np.array([_worth(example, before, seen) for example in examples])
    new = np.array([_worth(example, after, seen) for example in examples])
    if not len(old):
        return Verdict(0, 0.0, 0.0, 0.0)
    gains = new - old
    error = float(gains.std(ddof=1)) / len(gains) ** 0.5 if len(gains) > 1 else float("inf")
    return Verdict(len(old), float(old.mean()), float(new.mean()), float(gains.mean()) - CONFIDENCE * error)


def outlived(in_force: Scorer, examples: Sequence[Example], *, seen: Chances) -> bool:
    """Whether clients want something else by now than what was learned, so that the shipped weights do better on the
    latest requests."""
    return in_force is not SHIPPED and compare(examples, in_force, SHIPPED, seen=seen).is_better


def dcg(gains: NDArray[np.float64], scores: Sequence[float]) -> float:
    """DCG@10 of pages in the order of their scores."""
    found = gains[np.argsort(-np.array(scores), kind="stable")][:DEEP]
    return float((found / np.log2(np.arange(2, len(found) + 2))).sum())


def ndcg(grades: NDArray[np.int64], scores: Sequence[float]) -> float:
    """nDCG@10 (Järvelin and Kekäläinen 2002) of pages in the order of their scores; 0 where none is worth anything."""
    gains = np.array(GAINS, dtype=np.float64)[grades]
    ideal = dcg(gains, gains.tolist())
    return dcg(gains, scores) / ideal if ideal else 0.0


def _worth(example: Example, scorer: Scorer, seen: Chances) -> float:
    gains = np.array(GAINS)[example.grades] / seen.of(example.places)
    return dcg(gains, scorer.scores(example.features))
