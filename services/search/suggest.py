"""What a word that is being typed may become: services, skills, and words that pages hold."""

import re
import time
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from django.db import connection

from services.models import Service
from services.search.meant import foreign_names, known_names, service_slugs, service_titles
from services.search.offered import BESIDE
from services.search.words import words_of

SHORTEST: Final = 2
"""Characters from which anything is suggested."""
LONG: Final = 5
"""Characters from which services are suggested that only are near: what is shorter is still being typed."""
NEAR: Final = 3
LEAST: Final = 2.0
"""Worth of its words (``wording``) from which a service is near: that of one misspelled word that few services have."""
MOST: Final = 8
SERVICES: Final = 5
"""Of the suggestions, how many may be services where there are others."""
WORDS: Final = 3
"""Of the suggestions, how many may be words of the index; ``READ`` of them are looked at, those on most pages first."""
READ: Final = 60
KEPT_SECONDS: Final = 60
VOCABULARY: Final = Path(__file__).parent / "embedding" / "vocab.txt"
FREQUENT: Final = """
SELECT word FROM services_searchword WHERE word LIKE %s AND pages > 1 ORDER BY pages DESC, word LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text to search for; ``kind`` is service, skill or word."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Name:
    """A name by which a service or skill is found: its words, what is suggested, and how it ranks (lower first)."""

    words: tuple[str, ...]
    suggestion: Suggestion
    rank: int


@dataclass(frozen=True, slots=True)
class _Names:
    """All names, and the words of them in the order of the alphabet, each with its name's place."""

    names: Sequence[_Name]
    words: Sequence[tuple[str, int]]


_kept: dict[str, tuple[float, _Names]] = {}


def suggest(text: str) -> list[Suggestion]:
    """At most eight, likeliest first: names that have all words of the text, the last one as far as it is typed; then
    words of the index in the place of the last one. Services that are near where there is nothing of these. At most
    three queries."""
    typed = words_of(text)
    if not typed or len(text.strip()) < SHORTEST:
        return []
    last = "" if text[-1:].isspace() else typed[-1]
    names = _named(typed)
    words = _words(text, last) if len(last) >= SHORTEST else []
    services = [each for each in names if each.kind == "service"]
    skills = [each for each in names if each.kind == "skill"]
    room = max(SERVICES, MOST - len(skills) - len(words))
    found = {each.text.casefold(): each for each in reversed([*services[:room], *skills, *words])}
    return list(reversed(found.values()))[:MOST] or _near(text)


def forget() -> None:
    """Makes this process read the catalogue anew."""
    _kept.clear()


def _near(text: str) -> list[Suggestion]:
    """Where nothing begins so: the services that have words which are alike."""
    wording, titles, slugs = known_names().wording, service_titles(), service_slugs()
    if len(text) < LONG or not len(wording.services):
        return []
    worth = wording.of(text, text).worth
    least = max(LEAST, BESIDE * float(worth.max()))
    best = [int(place) for place in np.argsort(-worth, kind="stable")[:NEAR] if worth[place] >= least]
    near = [slugs[service] for place in best if (service := int(wording.services[place])) in slugs]
    return [Suggestion(titles[slug], "service") for slug in near]


def _named(typed: Sequence[str]) -> list[Suggestion]:
    known = _names()
    *whole, last = typed
    start = bisect_left(known.words, (last,))
    end = bisect_left(known.words, (last + chr(0x10FFFF),), lo=start)
    places = {place for _word, place in known.words[start:end]}
    found = [known.names[place] for place in places if set(whole) <= set(known.names[place].words)]
    found.sort(key=lambda name: (not name.words[0].startswith(typed[0]), name.rank, name.suggestion.text))
    return list(dict.fromkeys(name.suggestion for name in found))


def _words(text: str, last: str) -> list[Suggestion]:
    """The text with its last word completed, where it ends with that as it is. The index holds stems: only those that
    are words as they are."""
    typed = re.search(rf"(?<![^\W_]){re.escape(last)}$", text, re.IGNORECASE)
    if typed is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(FREQUENT, [last.replace("%", "").replace("_", "") + "%", READ])
        stems = [word for (word,) in cursor.fetchall()]
    return [Suggestion(text[: typed.start()] + stem, "word") for stem in stems if stem in _vocabulary()][:WORDS]


def _names() -> _Names:
    kept = _kept.get("names")
    if kept and time.monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    rows = Service.objects.filter(is_active=True, group__is_active=True).values_list(
        "name", "synonyms", "skills", "slug"
    )
    names = list(_gathered(rows))
    found = _Names(names, sorted((word, place) for place, name in enumerate(names) for word in name.words))
    _kept["names"] = (time.monotonic(), found)
    return found


def _gathered(rows: Iterable[tuple[str, Sequence[str], Sequence[str], str]]) -> Iterable[_Name]:
    """A service's own name first, then skills, then its synonyms, and its names in other languages."""
    for title, synonyms, skills, slug in rows:
        for name, suggestion, rank in (
            (title, Suggestion(title, "service"), 0),
            *((skill, Suggestion(skill, "skill"), 1) for skill in skills),
            *((synonym, Suggestion(title, "service"), 2) for synonym in (*synonyms, *foreign_names().get(slug, ()))),
        ):
            words = tuple(words_of(name))
            if words:
                yield _Name(words, suggestion, rank)


@cache
def _vocabulary() -> frozenset[str]:
    """Words that are no mere stems: those that the embedder knows whole."""
    return frozenset(word for word in VOCABULARY.read_text("utf-8").split() if word.isalpha() and len(word) > SHORTEST)
