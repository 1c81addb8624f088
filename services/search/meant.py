"""Which services of the catalogue a text means: by their names and synonyms, in words and in meaning."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml
from numpy.typing import NDArray

from marketplace.places import without_diacritics
from services.models import Service
from services.search.embedding.chosen import embedder
from services.search.words import words_of

FOREIGN: Final = Path(__file__).resolve().parent.parent / "data" / "service_names.yaml"
KEPT_SECONDS: Final = 60
NEAR: Final = 0.72
"""Cosine from which a text means a name or synonym. Chosen by trial on the catalogue's own synonyms."""
FAR: Final = 0.4
"""Cosine below which a service has nothing to do with a text."""
SPOKEN: Final = 0.92
"""Least score of a name that stands in the text word by word."""
MOST: Final = 3


@dataclass(frozen=True, slots=True)
class _Names:
    """All names: the id of each one's service, the words of it, the names that have a word, its vector."""

    service_ids: NDArray[np.int64]
    words: list[frozenset[str]]
    having: dict[str, list[int]]
    vectors: NDArray[np.float32]
    slugs: dict[int, str]
    titles: dict[str, str]
    pairs: dict[int, tuple[str, str]]


_kept: dict[str, tuple[float, _Names]] = {}


def meant_services(text: str) -> list[int]:
    """Ids of at most three services that the text means, likeliest first."""
    return [service for service, _score in likeliest(text)]


def likeliest(text: str) -> list[tuple[int, float]]:
    """Ids of at most three services that the text means, likeliest first, each with its score: a cosine, and ``SPOKEN``
    or more where the text has all words of a name."""
    words = frozenset(words_of(text))
    names = _names()
    if not words or not len(names.words):
        return []
    scores = names.vectors @ embedder().embed([text])[0]
    # A name that stands in the text word by word is meant, whatever the vectors say.
    spoken = [place for word in words for place in names.having.get(word, ()) if names.words[place] <= words]
    scores[spoken] = np.maximum(scores[spoken] + SPOKEN - NEAR, SPOKEN)
    near = np.flatnonzero(scores >= NEAR)
    best: dict[int, float] = {}
    for position in near[np.argsort(-scores[near], kind="stable")][:40]:
        best.setdefault(int(names.service_ids[position]), float(scores[position]))
    top = max(best.values(), default=0.0)
    return [(service, score) for service, score in best.items() if score >= top - 0.15][:MOST]


def nearest(text: str, *, most: int = 3) -> list[int]:
    """Ids of the services whose names are nearest to the text, however far, but not beyond ``FAR``."""
    names = _names()
    if not words_of(text) or not len(names.words):
        return []
    scores = names.vectors @ embedder().embed([text])[0]
    near = [int(names.service_ids[place]) for place in np.argsort(-scores, kind="stable")[:40] if scores[place] >= FAR]
    return list(dict.fromkeys(near))[:most]


def service_slugs() -> dict[int, str]:
    """Slugs of all services by id, at most a minute old."""
    return _names().slugs


def service_titles() -> dict[str, str]:
    """Names of all services by slug, at most a minute old."""
    return _names().titles


def service_pairs(service_ids: Sequence[int]) -> tuple[tuple[str, str], ...]:
    """Slugs and names of these services, retired ones too, in their order; the names at most a minute old."""
    known = _names().pairs
    if not all(service in known for service in service_ids):  # one that was added since
        forget()
        known = _names().pairs
    return tuple(known[service] for service in service_ids if service in known)


@cache
def foreign_names() -> dict[str, tuple[str, ...]]:
    """Names of services in German, Spanish and French by slug, each also as it is typed without accents."""
    listed: dict[str, list[str]] = yaml.safe_load(FOREIGN.read_text("utf-8"))
    return {slug: tuple({*names, *map(without_diacritics, names)}) for slug, names in listed.items()}


def forget(**_signal: Any) -> None:
    """Makes this process read the catalogue anew."""
    _kept.clear()


def _names() -> _Names:
    kept = _kept.get("names")
    if kept and time.monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    every = list(Service.objects.values_list("id", "name", "synonyms", "slug", "is_active"))
    rows = [row[:4] for row in every if row[4]]
    own = [(service, name) for service, title, synonyms, _slug in rows for name in (title, *synonyms)]
    elsewhere = [(service, name) for service, *_, slug in rows for name in foreign_names().get(slug, ())]
    pairs = [*own, *elsewhere]
    words = [frozenset(words_of(name)) for _service, name in pairs]
    having: dict[str, list[int]] = {}
    for place, name in enumerate(words):
        for word in name:
            having.setdefault(word, []).append(place)
    names = _Names(
        service_ids=np.array([service for service, _name in pairs], dtype=np.int64),
        words=words,
        having=having,
        # The embedder knows English: names in other languages are looked for word by word alone.
        vectors=np.pad(embedder().embed([name for _service, name in own]), ((0, len(elsewhere)), (0, 0))),
        slugs={service: slug for service, _title, _synonyms, slug in rows},
        titles={slug: title for _service, title, _synonyms, slug in rows},
        pairs={service: (slug, title) for service, title, _synonyms, slug, _is_active in every},
    )
    _kept["names"] = (time.monotonic(), names)
    return names
