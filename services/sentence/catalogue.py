"""Sentences understood with this marketplace's catalogue: its services and skills."""

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.models import Service
from services.search.meant import foreign_names
from services.search.offered import offered
from services.sentence.flat import flat
from services.sentence.read import Understood, Vocabulary, read
from services.sentence.skills import WORD
from services.sentence.tongues import without_pair

KEPT_SECONDS: Final = 60
MANNERS: Final = re.compile(r"remote|online|on[ -]?site|hybrid|in[ -]person|en ligne|en linea|distanc|remoto")
_kept: dict[str, tuple[float, Vocabulary]] = {}


@dataclass(frozen=True, slots=True)
class Sentence:
    """An understood sentence. ``services`` are at most three that it may mean, likeliest first; ``is_clear`` says that
    it means the first rather than the others, ``is_spoken`` that it does so in so many words."""

    understood: Understood
    services: tuple[Service, ...]
    is_clear: bool
    is_spoken: bool


def understand(text: str, *, today: date, locale: str) -> Sentence:
    """What the text means in this marketplace, to a reader of ``locale``. At most two queries."""
    understood = read(text, today=today, locale=locale, known=vocabulary())
    offers = offered(without_pair(understood.words))
    found = Service.objects.select_related("group").filter(is_active=True, group__is_active=True)
    by_id = found.in_bulk([offer.service for offer in offers]) if offers else {}
    offers = [offer for offer in offers if offer.service in by_id]
    clear = bool(offers) and offers[0].is_clear
    return Sentence(
        understood,
        services=tuple(by_id[offer.service] for offer in offers),
        is_clear=clear,
        is_spoken=clear and offers[0].is_spoken,
    )


def vocabulary() -> Vocabulary:
    """The words of the catalogue, at most a minute old. One query where they are older."""
    kept = _kept.get("words")
    if kept and time.monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    rows = Service.objects.filter(is_active=True).values_list("name", "synonyms", "skills", "slug")
    found = gathered(
        [((title, *synonyms), skills, foreign_names().get(slug, ())) for title, synonyms, skills, slug in rows]
    )
    _kept["words"] = (time.monotonic(), found)
    return found


def gathered(services: Iterable[tuple[Sequence[str], Sequence[str], Sequence[str]]]) -> Vocabulary:
    """The words of services, of each its names, its skills and its names in other languages. Of those only the ones
    that speak of a manner of working count: their words are too many to keep cities of these names out."""
    names: list[str] = []
    skills: dict[str, str] = {}
    abroad: list[str] = []
    for called, usual, foreign in services:
        names += [flat(name) for name in called]
        skills |= {flat(skill): skill for skill in usual}
        abroad += [flat(name) for name in foreign]
    return Vocabulary(
        skills=skills,
        words=frozenset(word for name in names for word in WORD.findall(name.replace("-", " "))),
        phrases=[name for name in (*names, *skills, *abroad) if " " in name and MANNERS.search(name)],
    )


def forget() -> None:
    """Makes this process read the catalogue anew."""
    _kept.clear()
