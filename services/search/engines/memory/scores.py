"""How a segment's pages stand to the words and the meaning of a text."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from services.search.engines.memory.lists import Mask
from services.search.engines.memory.segment import Floats, Segment
from services.search.plan import Plan

TERMS: Final = "SELECT lexeme, services_term(lexeme) FROM unnest(%s::text[]) AS lexeme"
MOST_KEPT: Final = 100_000
_terms: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class Scores:
    """Of each page: ``words``, its BM25 score as a share of the most that there is, ``has_all`` and ``has_any`` of the
    words, ``offers`` a service that is meant, and ``similarity``, the cosine."""

    words: Floats
    has_all: Mask
    has_any: Mask
    offers: Mask
    similarity: Floats

    @classmethod
    def of(cls, segment: Segment, plan: Plan, vector: NDArray[np.float32]) -> "Scores":
        """The scores of all pages. One query where a word is new to this process."""
        terms = _numbers(term.lexeme for term in plan.terms)
        weights: dict[int, float] = {}
        for term in plan.terms:
            weights[terms[term.lexeme]] = max(term.weight, weights.get(terms[term.lexeme], 0.0))
        words = np.zeros(len(segment))
        for number, weight in weights.items():
            places, impacts = segment.words.of_term(number)
            words[places] += weight * impacts
        having = [_having(segment, [terms[term.lexeme] for term in forms]) for forms in plan.forms]
        nobody = np.zeros(len(segment), dtype=bool)
        return cls(
            words=np.minimum(1, words / (plan.weight or 1.0)),
            has_all=reduce(and_, having) if having else nobody,
            has_any=reduce(or_, having, nobody),
            offers=segment.services.having_any(plan.services),
            similarity=(segment.vectors @ vector).astype(np.float64),
        )


def _having(segment: Segment, terms: Iterable[int]) -> Mask:
    """Pages with one of the terms."""
    found = np.zeros(len(segment), dtype=bool)
    for term in terms:
        found[segment.words.of_term(term)[0]] = True
    return found


def _numbers(lexemes: Iterable[str]) -> dict[str, int]:
    """The numbers of these words in the index's sparse vectors."""
    wanted = set(lexemes)
    new = wanted - _terms.keys()
    if new:
        if len(_terms) > MOST_KEPT:
            _terms.clear()
            new = wanted
        with connection.cursor() as cursor:
            cursor.execute(TERMS, [list(new)])
            _terms.update(cursor.fetchall())
    return {lexeme: _terms[lexeme] for lexeme in wanted}
