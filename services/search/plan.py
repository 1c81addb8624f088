"""What a search looks for, once its words are understood. The plan travels in the cursor, so that a walk through the
results goes by the same words and weights from its first page to its last."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from services.search.corrections import Known, Unknown, corrected, likeness, written
from services.search.embedding.chosen import embedder
from services.search.embedding.pieces import is_word
from services.search.language import USUAL
from services.search.meant import meant_services
from services.search.readings import Reading, read
from services.search.words import words_of
from services.sentence.tongues import without_pair

MOST: Final = 32
"""Terms that are looked for, rarest first; further ones are left to the meaning."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word as people's words become it, and its ``number`` in the index's rows; its weight (inverse document
    frequency), the number of pages that hold it, and what was typed if that was, or may have to be, corrected. Terms of
    the same ``word`` (its place in the text) are forms of one. ``is_word``, whether what was typed is a word of
    English, and ``known``, how much of it the embedder knows, are not carried along."""

    lexeme: str
    number: int
    weight: float
    pages: int = 0
    word: int = 0
    typed: str = ""
    is_word: bool = False
    known: float = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """The terms, the ids of the services that are meant, the length of pages by which those with other lengths are
    measured, and how far the text's vector can be relied on, from 0 to 1 (``reliability``)."""

    terms: tuple[Term, ...] = ()
    services: tuple[int, ...] = ()
    mean_length: float = 1.0
    reliance: float = 1.0

    def dump(self) -> list[Any]:
        """As JSON can carry it."""
        terms = [[term.lexeme, term.number, term.weight, term.pages, term.word, term.typed] for term in self.terms]
        return [terms, list(self.services), self.mean_length, self.reliance]

    @classmethod
    def load(cls, dumped: Any) -> "Plan":
        """What ``dump`` made."""
        terms, services, mean_length, reliance = dumped
        return cls(tuple(Term(*term) for term in terms), tuple(services), float(mean_length), float(reliance))

    @property
    def corrections(self) -> dict[str, str]:
        """What was typed, and the word that was taken for it as people write it."""
        return {term.typed: written(term.lexeme, term.typed) for term in self.terms if term.typed}

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
    plan = weigh(text)
    asked = without_pair(text)
    services = meant_services(asked) or (meant_services(plan.spelled(asked)) if plan.corrections else [])
    return replace(plan, services=tuple(services), reliance=reliability(plan.forms))


def reliability(forms: Iterable[Sequence[Term]]) -> float:
    """How far the vector of a text can be relied on: the square of the share of its words, by their weights, that the
    embedder knows; of words that it knows by their parts, as much as it knows of them.

    A vector that has the share s of what it should have shares s² of its variance with what it should be, which is what
    a measurement's evidence is multiplied by (Kelley's regression by the reliability). So names and terms that only
    their letters tell are left to the words.
    """
    weighed = [(min(term.weight for term in word), max(term.known for term in word)) for word in forms]
    weight = sum(each for each, _known in weighed)
    return round((sum(each * known for each, known in weighed) / weight) ** 2, 4) if weight else 1.0


def weigh(text: str) -> Plan:
    """A plan of the rarest words of a text, in their order. Words that tell nothing in the text's own language are left
    out, unknown ones are corrected where something is alike. At most two queries."""
    return weigh_all([text])[0]


def weigh_all(texts: Sequence[str]) -> list[Plan]:
    """The same of many texts, each as if it were alone, by as many queries."""
    words = [words_of(text) for text in texts]
    if not any(words):
        return [Plan() for _text in texts]
    found = read(words)
    terms = [_terms(each, found.pages) for each in found.texts]
    known = _corrections([term for each in terms for term in each])
    return [Plan(tuple(_rarest(each, known, found.pages)), mean_length=found.mean_length) for each in terms]


def _terms(readings: Sequence[Reading], total: int) -> list[Term]:
    """The words of a text that tell something."""
    language = _language(readings)
    terms: dict[str, Term] = {}
    for place, (_word, forms) in enumerate(groupby(readings, key=lambda each: (each.place, each.part))):
        for reading in _told(list(forms), language):
            terms.setdefault(reading.lexeme, _term(reading, place, total))
    return list(terms.values())


def _rarest(terms: Sequence[Term], known: Mapping[str, Known], total: int) -> list[Term]:
    """The terms, with the most similar known word in place of each unknown one, cut to the rarest."""
    corrected = [
        _meant(term, *known[term.lexeme], total)
        if term.lexeme in known
        else (replace(term, typed="") if term.typed else term)
        for term in terms
    ]
    rarest = sorted(corrected, key=lambda term: -term.weight)[:MOST]
    return sorted(rarest, key=lambda term: term.word)


def _term(reading: Reading, place: int, total: int) -> Term:
    pages = reading.pages or 0
    typed = "" if pages else reading.typed
    return Term(
        lexeme=reading.lexeme,
        number=reading.number,
        weight=_idf(pages, total),
        pages=pages,
        word=place,
        typed=typed,
        is_word=is_word(reading.typed),
        known=embedder().known(reading.typed),
    )


def _language(readings: Iterable[Reading]) -> str:
    """The language in which most words are too common to tell anything: that of the text."""
    common = Counter(reading.code for reading in readings if not reading.lexeme)
    return max(common, key=lambda code: (common[code], code == USUAL), default=USUAL)


def _told(forms: Sequence[Reading], language: str) -> list[Reading]:
    """The forms of a word that pages hold; its own form where none does; none where it tells nothing."""
    own = next((form for form in forms if form.code == language), forms[0])
    if not own.lexeme:
        return []
    return [form for form in forms if form.pages is not None and form.lexeme] or [own]


def _corrections(terms: Sequence[Term]) -> dict[str, Known]:
    """The known word for each unknown one that may be it; one query where there are such. An English word is not
    misspelt where no page has it, but another form of it may do."""
    unknown = [Unknown(term.lexeme, term.typed, term.is_word) for term in terms if term.typed]
    return corrected(unknown) if unknown else {}


def _meant(term: Term, word: str, number: int, pages: int, total: int) -> Term:
    """The known word in the place of one that was typed. It counts by how much it is alike: it is a guess."""
    weight = round(_idf(pages, total) * likeness(word, term.typed), 4)
    return Term(word, number, weight, pages, term.word, term.typed, known=embedder().known(written(word, term.typed)))


def _idf(pages: int, total: int) -> float:
    """BM25's inverse document frequency (Robertson and Zaragoza 2009, section 3.4.1), never negative."""
    return round(math.log(1 + (total - min(pages, total) + 0.5) / (pages + 0.5)), 4)
