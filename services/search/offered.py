"""The services that a text is likeliest to be about, to be offered to who typed it: by words and by meaning.

What is set without asking is a narrower matter: ``Offer.is_clear``.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from services.search.embedding.chosen import embedder
from services.search.meant import known_names
from services.search.words import words_of
from services.sentence.subject import subject

MOST: Final = 3
BESIDE: Final = 0.7
"""Part of the score of a service that is clearly meant which another one must have to be offered beside it."""
MEANING: Final = 6.0
"""What a cosine of 1 is worth: as much as a word that one service alone has."""
LEAST: Final = 3.4
"""Score from which a service is offered: that of one word that few services have."""
PART: Final = 0.71
"""Part of a service's name that the text must have to mean it clearly: more than a whole one behind "for" counts."""
RIVAL: Final = 0.66
"""Part of the likeliest service's score that the next one may have at most, for it to be meant clearly."""
WHOLE: Final = 0.98
"""The same for a service of which the text has the whole name: ``RIVAL_OF_WHOLE``, if of none of the others."""
RIVAL_OF_WHOLE: Final = 0.8
LESS: Final = 0.7
"""Part of a name that another service may have at most, for a whole name to weigh more."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A service by its id; ``is_clear`` says that the text means it rather than another one, ``is_spoken`` that it has
    all words of one of its names."""

    service: int
    score: float
    is_clear: bool = False
    is_spoken: bool = False


def offered(text: str) -> list[Offer]:
    """At most three services, likeliest first. None where nothing of the text has to do with any."""
    names = known_names()
    if not words_of(text) or not len(names.wording.services):
        return []
    head = subject(text)
    worded = names.wording.of(text, head)
    cosines = np.zeros(len(worded.worth))
    vectors = embedder().embed([text, head] if words_of(head) else [text])
    np.maximum.at(cosines, names.places, (names.vectors @ vectors.T).max(axis=1))
    scores = worded.worth + MEANING * cosines
    best = [int(place) for place in np.argsort(-scores, kind="stable")[:MOST]]
    # A service that shares no word with the text has to be near in meaning.
    best = [
        place
        for place in best
        if (worded.worth[place] > 0 and scores[place] >= LEAST) or cosines[place] >= embedder().limits.offered
    ]
    clear = _is_clear([(float(scores[place]), float(worded.part[place])) for place in best])
    if clear:
        best = [place for place in best if scores[place] >= BESIDE * scores[best[0]]]
    return [
        Offer(
            int(names.wording.services[place]),
            float(scores[place]),
            is_clear=clear and rank == 0,
            is_spoken=bool(worded.is_spoken[place]),
        )
        for rank, place in enumerate(best)
    ]


def _is_clear(best: list[tuple[float, float]]) -> bool:
    """Whether the first is meant, by each one's score and the part of its name that the text has."""
    if not best:
        return False
    (score, part), *others = best
    rival = max((other for other, _part in others), default=0.0) / score if score else 1.0
    if part >= WHOLE and all(other < LESS for _score, other in others):
        return rival <= RIVAL_OF_WHOLE
    return part >= PART and rival <= RIVAL
