"""Measures of ranked lists, as trec_eval defines them. Pure.

``ranked`` are the ids of the answer, best first and without repeats; ``judged`` maps ids to grades, of which those
above 0 are relevant.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from statistics import fmean
from typing import Final

Judged = Mapping[str, float]


def average_precision(ranked: Sequence[str], judged: Judged) -> float:
    """The mean, over all relevant documents, of the precision at the place of each; 0 for one that was not found."""
    relevant = _relevant(judged)
    found, total = 0, 0.0
    for place, each in enumerate(ranked, start=1):
        if each in relevant:
            found += 1
            total += found / place
    return total / len(relevant) if relevant else 0.0


def reciprocal_rank(ranked: Sequence[str], judged: Judged) -> float:
    """One over the place of the first relevant document, 0 where none was found."""
    relevant = _relevant(judged)
    return next((1 / place for place, each in enumerate(ranked, start=1) if each in relevant), 0.0)


def ndcg(ranked: Sequence[str], judged: Judged, *, depth: int) -> float:
    """Discounted cumulative gain of the first ``depth``, as a share of the best possible one (Järvelin and Kekäläinen
    2002; the gain is the grade, the discount log2(place + 1))."""
    gains = [max(0.0, judged.get(each, 0)) for each in ranked[:depth]]
    best = sorted((grade for grade in judged.values() if grade > 0), reverse=True)[:depth]
    return _discounted(gains) / _discounted(best) if best else 0.0


def recall(ranked: Sequence[str], judged: Judged, *, depth: int) -> float:
    """The share of the relevant documents that is among the first ``depth``."""
    relevant = _relevant(judged)
    return len(relevant.intersection(ranked[:depth])) / len(relevant) if relevant else 0.0


MEASURES: Final[Mapping[str, Callable[[Sequence[str], Judged], float]]] = {
    "MAP": average_precision,
    "MRR": reciprocal_rank,
    "nDCG@10": partial(ndcg, depth=10),
    "Recall@10": partial(recall, depth=10),
    "Recall@100": partial(recall, depth=100),
}
"""What ``bench/quality.py`` prints."""


def means(answers: Mapping[str, Sequence[str]], judgements: Mapping[str, Judged]) -> dict[str, float]:
    """The mean of each measure over all queries that have a relevant document. An unanswered one counts as 0."""
    judged = {query: grades for query, grades in judgements.items() if _relevant(grades)}
    return {
        name: fmean(measure(answers.get(query, ()), grades) for query, grades in judged.items()) if judged else 0.0
        for name, measure in MEASURES.items()
    }


def _relevant(judged: Judged) -> set[str]:
    return {each for each, grade in judged.items() if grade > 0}


def _discounted(gains: Sequence[float]) -> float:
    return math.fsum(gain / math.log2(place + 1) for place, gain in enumerate(gains, start=1))
