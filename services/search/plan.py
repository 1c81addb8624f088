"""What a search looks for, once its words are understood. The plan travels in the cursor, so that a walk through the
results goes by the same words and weights from its first page to its last."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from marketplace.database import prepared
from services.search.language import USUAL
from services.search.meant import meant_services
from services.search.readings import Reading, read
from services.search.words import words_of

MOST: Final = 32
"""Terms that are looked for, rarest first; further ones are left to the meaning."""
ALIKE: Final = 0.35
"""Trigram similarity (pg_trgm) from which an unknown word is taken for a misspelling of a known one."""
LEAST_LETTERS: Final = 4
"""A shorter word is not corrected: too much is similar to it."""

CORRECT = """
SELECT asked.word, near.word, near.pages, near.tiers
FROM unnest(%(words)s::text[]) AS asked (word)
CROSS JOIN LATERAL (
    SELECT word, pages, tiers FROM services_searchword
    WHERE word %% asked.word AND similarity(word, asked.word) >= %(alike)s
    ORDER BY similarity(word, asked.word) DESC, pages DESC LIMIT 1
) near
"""


@dataclass(frozen=True, slots=True)
class Term:
    """A word as the index holds it, its weight (inverse document frequency), the number of pages that hold it, and what
    was typed if that was corrected. Terms of the same ``word`` (its number in the text) are forms of one. ``tiers``:
    the pages by what a frequent word counts in them, lowest first; they are not carried along."""

    lexeme: str
    weight: float
    pages: int = 0
    word: int = 0
    typed: str = ""
    tiers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The terms, and the ids of the services that are meant."""

    terms: tuple[Term, ...] = ()
    services: tuple[int, ...] = ()

    def dump(self) -> list[Any]:
        """As JSON can carry it."""
        terms = [[term.lexeme, term.weight, term.pages, term.word, term.typed] for term in self.terms]
        return [terms, list(self.services)]

    @classmethod
    def load(cls, dumped: Any) -> "Plan":
        """What ``dump`` made."""
        terms, services = dumped
        return cls(tuple(Term(*term) for term in terms), tuple(services))

    @property
    def corrections(self) -> dict[str, str]:
        """What was typed and what was taken for it."""
        return {term.typed: term.lexeme for term in self.terms if term.typed}

    def spelled(self, text: str) -> str:
        """The text, and what was taken for its misspelled words, which mean nothing to the embedder."""
        return " ".join([text, *self.corrections.values()])

    @property
    def forms(self) -> list[list[Term]]:
        """The terms, those of one word together."""
        return [list(group) for _word, group in groupby(self.terms, key=lambda term: term.word)]

    @property
    def weight(self) -> float:
        """What a page would count that were about nothing but these words, of each the likeliest form."""
        return sum(min(term.weight for term in forms) for forms in self.forms)


def understand(text: str) -> Plan:
    """The plan for a text. At most two queries."""
    terms = weigh(text)
    spelled = " ".join(term.lexeme for term in terms if term.typed)
    services = meant_services(text) or (meant_services(f"{text} {spelled}") if spelled else [])
    return Plan(tuple(terms), tuple(services))


def weigh(text: str) -> list[Term]:
    """The rarest words of a text as terms, in their order. Words that tell nothing in the text's own language are left
    out, unknown ones are corrected where something is alike. At most two queries."""
    words = words_of(text)
    if not words:
        return []
    readings, total = read(words)
    language = _language(readings)
    terms: dict[str, Term] = {}
    for place, (_word, forms) in enumerate(groupby(readings, key=lambda each: (each.number, each.part))):
        for reading in _told(list(forms), language):
            terms.setdefault(reading.lexeme or "", _term(reading, place, total))
    corrected = _corrected(list(terms.values()), total)
    rarest = sorted(corrected, key=lambda term: -term.weight)[:MOST]
    return sorted(rarest, key=lambda term: term.word)


def _term(reading: Reading, place: int, total: int) -> Term:
    lexeme, pages = reading.lexeme or "", reading.pages or 0
    typed = "" if pages else lexeme
    return Term(lexeme, _idf(pages, total), pages, place, typed, tuple(reading.tiers or ()))


def _language(readings: Iterable[Reading]) -> str:
    """The language in which most words are too common to tell anything: that of the text."""
    common = Counter(reading.code for reading in readings if reading.lexeme is None)
    return max(common, key=lambda code: (common[code], code == USUAL), default=USUAL)


def _told(forms: Sequence[Reading], language: str) -> list[Reading]:
    """The forms of a word that pages hold; its own form where none does; none where it tells nothing."""
    own = next((form for form in forms if form.code == language), forms[0])
    if own.lexeme is None:
        return []
    return [form for form in forms if form.pages is not None and form.lexeme] or [own]


def _corrected(terms: Sequence[Term], total: int) -> list[Term]:
    """The terms, with the most similar known word in place of each unknown one. One query where there are such."""
    unknown = [term.lexeme for term in terms if not term.pages and len(term.lexeme) >= LEAST_LETTERS]
    found: dict[str, tuple[str, int, list[int]]] = {}
    if unknown:
        rows = prepared.ask(CORRECT, {"words": unknown, "alike": ALIKE})
        found = {asked: (word, pages, tiers) for asked, word, pages, tiers in rows}
    return [
        _meant(term, *found[term.lexeme], total) if term.lexeme in found else replace(term, typed="") for term in terms
    ]


def _meant(term: Term, word: str, pages: int, tiers: Sequence[int], total: int) -> Term:
    """The known word in the place of one that was typed."""
    return Term(word, _idf(pages, total), pages, term.word, term.lexeme, tuple(tiers))


def _idf(pages: int, total: int) -> float:
    """BM25's inverse document frequency (Robertson and Zaragoza 2009, section 3.4.1), never negative."""
    return round(math.log(1 + (total - min(pages, total) + 0.5) / (pages + 0.5)), 4)
