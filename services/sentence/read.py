"""A sentence as what it means. No database and no clock: the day, the reader and the catalogue's words come in."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from services.sentence.budget import Budget, find_budget
from services.sentence.flat import Span, flat, without
from services.sentence.manner import find_manner, joined
from services.sentence.moment import Moment, find_moment
from services.sentence.skills import find_skills
from services.sentence.tongues import find_tongues
from services.sentence.whereabouts import Whereabouts, find_whereabouts

LONGEST: Final = 500
"""Characters that are read; what comes after them is left as it is."""


OR: Final = re.compile(r" *(?:or|oder|o|ou|/) *")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The catalogue's ``skills`` by their flat words, all ``words`` of its names and synonyms, and those of its names
    (``phrases``) that speak of a manner of working themselves: "remote support"."""

    skills: Mapping[str, str] = field(default_factory=dict)
    words: Set[str] = frozenset()
    phrases: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """What a sentence means. ``manner`` is remote, on_site, both or empty; ``pieces`` are those of the sentence that
    became budget, time, place, manner or languages, by these kinds."""

    text: str
    budget: Budget | None = None
    moment: Moment | None = None
    place: Whereabouts | None = None
    manner: str = ""
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    pieces: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The sentence without what was understood: what the service is called, and all that is said of it."""
        return self.left()

    @property
    def said(self) -> dict[str, str]:
        """The sentence's own words for what was understood, by kind."""
        return {
            kind: " … ".join(self.text[start:end].strip() for start, end in spans)
            for kind, spans in self.pieces.items()
        }

    def left(self, *, keeping: Set[str] = frozenset()) -> str:
        """The sentence without the pieces of all kinds but ``keeping``."""
        taken = [span for kind, spans in self.pieces.items() if kind not in keeping for span in spans]
        return without(self.text, taken) if taken else self.text.strip()


def read(text: str, *, today: date, locale: str, known: Vocabulary) -> Understood:
    """What the text means to a reader of ``locale`` (``de_AT``) on this day."""
    head = text[:LONGEST]
    flat_text = flat(head)
    pieces: dict[str, list[Span]] = {}
    budget = find_budget(flat_text, locale)
    if budget:
        pieces["budget"] = [budget[1]]
    moment = find_moment(_blank(flat_text, _all(pieces)), today=today, locale=locale)
    if moment:
        pieces["time"] = [moment[1]]
    manner = find_manner(_blank(flat_text, [*_all(pieces), *_spoken(flat_text, known.phrases)]))
    if manner:
        pieces["manner"] = joined(flat_text, manner[1])
    tongues = find_tongues(_blank(flat_text, _all(pieces)))
    if tongues:
        pieces["languages"] = joined(flat_text, sorted({span for _code, span in tongues}))
    skills = find_skills(_blank(flat_text, _all(pieces)), head, known.skills)
    place = find_whereabouts(
        head,
        flat_text=_blank(flat_text, _all(pieces)),
        home=locale.partition("_")[2],
        taken=[skill.span for skill in skills],
        not_places=known.words,
    )
    if place:
        pieces["place"] = [place[1]]
    if manner and place and manner[0] == "remote" and (either := _either(flat_text, pieces)):
        manner, pieces["place"] = ("both", manner[1]), [either]
    return Understood(
        text=text,
        budget=budget[0] if budget else None,
        moment=moment[0] if moment else None,
        place=place[0] if place else None,
        manner=manner[0] if manner else "",
        languages=tuple(code for code, _span in tongues),
        skills=tuple(dict.fromkeys(known.skills[skill.key] for skill in skills)),
        pieces={kind: tuple(spans) for kind, spans in pieces.items()},
    )


def _either(text: str, pieces: Mapping[str, Sequence[Span]]) -> Span | None:
    """Where the flat text says "or" and the place, or the other way round: "online or in Leeds"."""
    place = pieces["place"][0]
    for manner in pieces["manner"]:
        if OR.fullmatch(text[manner.end : place.start]):
            return Span(manner.end, place.end)
        if OR.fullmatch(text[place.end : manner.start]):
            return Span(place.start, manner.start)
    return None


def _all(pieces: dict[str, list[Span]]) -> list[Span]:
    return [span for spans in pieces.values() for span in spans]


def _spoken(text: str, phrases: Iterable[str]) -> list[Span]:
    """Where these words stand in the flat text."""
    starts = ((phrase, text.find(phrase)) for phrase in phrases)
    return [Span(start, start + len(phrase)) for phrase, start in starts if start >= 0]


def _blank(text: str, spans: Iterable[Span]) -> str:
    """The text with these pieces blanked out, everything else in its place."""
    for start, end in spans:
        text = text[:start] + "|" * (end - start) + text[end:]
    return text
