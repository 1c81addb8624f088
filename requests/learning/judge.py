"""Whether a new ranking is better than the one in force: DCG@10 on later outcomes that it has not seen.

What stood low was seldom looked at and so seldom came to anything, which would speak for the ranking that put it there.
So each outcome counts as often as its place is overlooked (inverse propensity weighting; Joachims, Swaminathan and
Schnabel 2017, Unbiased Learning-to-Rank with Biased Feedback).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from requests.learning.chances import Chances, estimate
from requests.learning.examples import Example
from requests.learning.grades import GAINS
from requests.matching.rank import SHIPPED, Scorer

DEEP: Final = 10
LEAST: Final = 100
"""Requests to judge by; fewer say nothing."""
CONFIDENCE: Final = 2.576
"""Standard errors by which the mean gain must exceed zero: one-sided 99.5 %, for it is asked every day."""
HELD_OUT: Final = 0.2
"""Share of the examples that the learned ranking never saw: the latest."""
PARTS: Final = 3
"""So many such parts are judged by."""
Numbers = NDArray[np.float64]


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
    """Earlier ones to learn from and later ones to judge by. They come earliest first, and each part has its share of
    those that tell something."""
    (border,) = _borders(examples, [1])
    return examples[:border], examples[border:]


def compare(examples: Sequence[Example], before: Scorer, after: Scorer, *, seen: Chances) -> Verdict:
    """Both rankings on those of the requests that tell something. ``seen``: the chance of each place to be looked at,
    learned from others."""
    return _verdict(_worths(examples, before, seen), _worths(examples, after, seen))


def challenge(
    examples: Sequence[Example],
    before: Scorer,
    after: Scorer,
    *,
    seen: Chances,
    learn: Callable[[Sequence[Example]], Scorer],
) -> Verdict:
    """Both rankings on the latest part, of which ``after`` knows nothing, and, where ``before`` never learned, on
    the parts ahead of it, too: there what ``learn`` makes of everything earlier stands in for ``after``. ``seen`` are
    the chances of places learned from all but the latest part.

    Three parts tell a gain from chance where one does not, and they tell it too low, because less was learned by then.
    There has to be a gain on the latest as well: clients may want something else by now.
    """
    *parts, (_earlier, latest) = _parts(examples)
    last = compare(latest, before, after, seen=seen)
    if before is not SHIPPED:
        return last
    old, new = [_worths(latest, before, seen)], [_worths(latest, after, seen)]
    for past, part in parts:
        seen_then = estimate(past)
        old.append(_worths(part, before, seen_then))
        new.append(_worths(part, learn(past), seen_then))
    found = _verdict(np.concatenate(old), np.concatenate(new))
    return replace(found, least=min(found.least, last.after - last.before))


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


def _parts(examples: Sequence[Example]) -> Iterator[tuple[Sequence[Example], Sequence[Example]]]:
    """The latest parts, each behind everything before it."""
    for start, stop in pairwise(_borders(examples, range(PARTS, -1, -1))):
        yield examples[:start], examples[start:stop]


def _borders(examples: Sequence[Example], parts: Iterable[int]) -> list[int]:
    """Where the latest so many parts begin, for each number of parts."""
    told = [number for number, example in enumerate(examples) if example.tells]
    starts = [*told, len(examples)]
    return [starts[int(len(told) * (1 - HELD_OUT * each))] for each in parts]


def _verdict(old: Numbers, new: Numbers) -> Verdict:
    """What each request was worth by both rankings."""
    if not len(old):
        return Verdict(0, 0.0, 0.0, 0.0)
    gains = new - old
    error = float(gains.std(ddof=1)) / len(gains) ** 0.5 if len(gains) > 1 else float("inf")
    return Verdict(len(old), float(old.mean()), float(new.mean()), float(gains.mean()) - CONFIDENCE * error)


def _worths(examples: Sequence[Example], scorer: Scorer, seen: Chances) -> Numbers:
    return np.array([_worth(example, scorer, seen) for example in examples if example.tells])


def _worth(example: Example, scorer: Scorer, seen: Chances) -> float:
    gains = np.array(GAINS)[example.grades] / seen.of(example.places)
    return dcg(gains, scorer.scores(example.features))
