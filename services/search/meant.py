"""Which services of the catalogue a text means: by their names and synonyms, in words and in meaning."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from marketplace.places import without_diacritics
from marketplace.yaml_files import read_yaml
from services.models import Service
from services.search.embedding.chosen import embedder
from services.search.wording import Known, Wording
from services.search.words import words_of

FOREIGN: Final = Path(__file__).resolve().parent.parent / "data" / "service_names.yaml"
KEPT_SECONDS: Final = 60
SPOKEN: Final = 0.92
"""Least score of a name that stands in the text word by word."""
MOST: Final = 3


Row = tuple[int, str, Sequence[str], Sequence[str], str, bool]
"""A service: id, name, synonyms, skills, slug, whether it is active."""


@dataclass(frozen=True, slots=True)
class Names:
    """All names: the id of each one's service, the words of it, the names that have a word.

    Each has a vector and the place of its service in the ``wording``."""

    rows: Sequence[Row]
    service_ids: NDArray[np.int64]
    words: list[frozenset[str]]
    having: dict[str, list[int]]
    vectors: NDArray[np.float32]
    places: NDArray[np.int64]
    wording: Wording
    slugs: dict[int, str]
    titles: dict[str, str]
    pairs: dict[int, tuple[str, str]]


_kept: dict[str, tuple[float, Names]] = {}


def meant_services(text: str) -> list[int]:
    """Ids of at most three services that the text means, likeliest first."""
    return [service for service, _score in likeliest(text)]


def likeliest(text: str) -> list[tuple[int, float]]:
    """Ids of at most three services that the text means, likeliest first, each with its score: a cosine, and ``SPOKEN``
    or more where the text has all words of a name."""
    words = frozenset(words_of(text))
    names = known_names()
    if not words or not len(names.words):
        return []
    least = embedder().limits.near
    scores = names.vectors @ embedder().embed([text])[0]
    # A name that stands in the text word by word is meant, whatever the vectors say.
    spoken = _longest(names, {place for word in words for place in names.having.get(word, ())}, words)
    scores[spoken] = np.maximum(scores[spoken] + SPOKEN - least, SPOKEN)
    near = np.flatnonzero(scores >= least)
    best: dict[int, float] = {}
    for position in near[np.argsort(-scores[near], kind="stable")][:40]:
        best.setdefault(int(names.service_ids[position]), float(scores[position]))
    top = max(best.values(), default=0.0)
    return [(service, score) for service, score in best.items() if score >= top - 0.15][:MOST]


def service_slugs() -> dict[int, str]:
    """Slugs of all services by id, at most a minute old."""
    return known_names().slugs


def service_titles() -> dict[str, str]:
    """Names of all services by slug, at most a minute old."""
    return known_names().titles


def service_pairs(service_ids: Sequence[int]) -> tuple[tuple[str, str], ...]:
    """Slugs and names of these services, retired ones too, in their order; the names at most a minute old."""
    known = known_names().pairs
    if not all(service in known for service in service_ids):  # one that was added since
        forget()
        known = known_names().pairs
    return tuple(known[service] for service in service_ids if service in known)


@cache
def foreign_names() -> dict[str, tuple[str, ...]]:
    """Names of services in German, Spanish and French by slug, each also as it is typed without accents."""
    listed: dict[str, list[str]] = read_yaml(FOREIGN)
    return {slug: tuple({*names, *map(without_diacritics, names)}) for slug, names in listed.items()}


def forget(**_signal: Any) -> None:
    """Makes this process read the catalogue anew."""
    _kept.clear()


def known_names() -> Names:
    """All names, at most a minute old. One query where they are older."""
    kept = _kept.get("names")
    if kept and time.monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    found = Service.objects.values_list("id", "name", "synonyms", "skills", "slug", "is_active")
    rows = [(*row[:2], tuple(row[2]), tuple(row[3]), *row[4:]) for row in found.order_by("id")]
    names = kept[1] if kept and kept[1].rows == rows else _gathered(rows)
    _kept["names"] = (time.monotonic(), names)
    return names


def _gathered(every: Sequence[Row]) -> Names:
    rows = [row[:5] for row in every if row[5]]
    named = [
        (place, service, name)
        for place, (service, title, synonyms, _skills, slug) in enumerate(rows)
        for name in (title, *synonyms, *foreign_names().get(slug, ()))
    ]
    words = [frozenset(words_of(name)) for _place, _service, name in named]
    having: dict[str, list[int]] = {}
    for place, name in enumerate(words):
        for word in name:
            having.setdefault(word, []).append(place)
    return Names(
        rows=every,
        service_ids=np.array([service for _place, service, _name in named], dtype=np.int64),
        words=words,
        having=having,
        vectors=embedder().embed([name for _place, _service, name in named]),
        places=np.array([place for place, _service, _name in named], dtype=np.int64),
        wording=Wording(
            Known(service, (title, *synonyms, *foreign_names().get(slug, ())), skills)
            for service, title, synonyms, skills, slug in rows
        ),
        slugs={service: slug for service, *_, slug in rows},
        titles={slug: title for _service, title, _synonyms, _skills, slug in rows},
        pairs={service: (slug, title) for service, title, _synonyms, _skills, slug, _is_active in every},
    )


def _longest(names: Names, places: Iterable[int], words: frozenset[str]) -> list[int]:
    """Of these names those that are all said by the words, but for names whose words are but some of another's: who
    says "sworn translation" does not mean any translation."""
    spoken = [place for place in places if names.words[place] <= words]
    said = {names.words[place] for place in spoken}
    return [place for place in spoken if not any(names.words[place] < other for other in said)]
