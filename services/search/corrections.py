"""Words that no page has, taken for known ones that are spelled much the same.

A known word counts as meant where its trigrams are alike and it is few slips away; a short one also where one letter is
too many or two have changed places, which leaves hardly any trigram. The index holds stems, and slips are counted from
what was typed to the nearest word with that stem. Words of the catalogue's names, in any of its languages, are no
misspellings, however few pages have them.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from marketplace.database import prepared
from services.search.embedding.pieces import vocabulary
from services.search.meant import known_names
from services.search.slips import ONE_SLIP, TWO_SLIPS, is_form, may_be, slips
from services.search.words import is_spelled

ALIKE: Final = 0.35
"""Trigram similarity (pg_trgm) from which an unknown word may be a misspelling of a known one."""
LEAST_LETTERS: Final = 4
"""A shorter word is not corrected: too much is similar to it."""
SHORT: Final = 7
"""Letters up to which a word is looked for with a letter less and with two in each other's place."""
MOST_SLIPS: Final = 2
"""More slips than these no word has (``slips.TWO_SLIPS``)."""
ENDING: Final = 6
"""Letters that a word may have beyond its stem."""

Known = tuple[str, int, int]
"""A word, its number in the index's rows, and its pages."""

CORRECT: Final = """
SELECT asked.word, near.* FROM unnest(%(words)s::text[]) AS asked (word)
CROSS JOIN LATERAL (
    SELECT word, services_term(word), greatest(pages, 1) AS pages, similarity(word, asked.word) AS alike
    FROM services_searchword
    WHERE word %% asked.word AND similarity(word, asked.word) >= %(alike)s
    ORDER BY alike DESC, pages DESC LIMIT 8
) near
UNION ALL SELECT changed.word, known.word, services_term(known.word), greatest(pages, 1),
    similarity(known.word, changed.word)
FROM unnest(%(short)s::text[], %(changed)s::text[]) AS changed (word, other)
JOIN services_searchword known ON known.word = changed.other
"""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A word that no page has, as the index would hold it and as it was typed, and whether it is a word of English."""

    lexeme: str
    typed: str
    is_word: bool


def corrected(words: Iterable[Unknown]) -> dict[str, Known]:
    """By their lexemes, the known word that each of these is taken for. A word of English is only taken for a form of
    itself. What has a digit is taken as it is: another number or code is another thing, however alike; and so is "c++"
    and its like. One query where there is any other."""
    names = known_names().having
    asked = {word.lexeme: word for word in words if _may_be_wrong(word.typed) and word.typed not in names}
    if not asked:
        return {}
    short = [word.typed for word in asked.values() if len(word.typed) <= SHORT]
    changed = [(typed, other) for typed in short for other in _changed(typed)]
    given = {
        "words": sorted({*asked, *(word.typed for word in asked.values())}),
        "alike": ALIKE,
        "short": [typed for typed, _other in changed],
        "changed": [other for _typed, other in changed],
    }
    near: dict[str, list[tuple[float, Known]]] = {}
    for word, known, number, pages, alike in prepared.ask(CORRECT, given):
        near.setdefault(word, []).append((alike, (known, number, pages)))
    best = {lexeme: _best(word, [*near.get(lexeme, ()), *near.get(word.typed, ())]) for lexeme, word in asked.items()}
    return {lexeme: known for lexeme, known in best.items() if known is not None}


@lru_cache(maxsize=10_000)
def written(lexeme: str, typed: str) -> str:
    """The word that people write where the index holds its stem: of those that begin so, the one nearest to ``typed``;
    the stem itself where none is nearer, or where what was typed is but another form of it."""
    if is_form(typed, lexeme) and lexeme in _beginning(lexeme):
        return lexeme
    words = _beginning(lexeme)
    if lexeme.endswith("i"):  # the stem of what ends in "y"
        words += [word for word in _beginning(lexeme[:-1]) if word.startswith((lexeme[:-1] + "y", lexeme[:-1] + "ie"))]
    return min(
        (word for word in [lexeme, *words] if word != typed and (word == lexeme or _may_be_near(word, typed))),
        key=lambda word: (slips(word, typed), word[-1:] != typed[-1:], word != lexeme, len(word), word),
        default=lexeme,
    )


def likeness(lexeme: str, typed: str) -> float:
    """How much of the longer one is left, from 0 to 1, when what was typed is made the word with this stem."""
    word = written(lexeme, typed)
    return 1 - slips(word, typed) / max(len(word), len(typed))


def _may_be_near(word: str, typed: str) -> bool:
    return abs(len(word) - len(typed)) <= MOST_SLIPS


def _best(word: Unknown, near: Iterable[tuple[float, Known]]) -> Known | None:
    """The one of fewest slips; None where all have too many. Of stems that one word begins with, the longest is its."""
    ranked = []
    for alike, known in near:
        meant = written(known[0], word.typed)
        away = slips(meant, word.typed)
        is_slip = not word.is_word and (away <= _most_slips(word.typed) or may_be(word.lexeme, known[0]))
        if is_slip or is_form(word.lexeme, known[0]):
            ranked.append(((away, meant != known[0], -len(known[0]), -alike, -known[2]), known))
    return min(ranked, key=lambda each: each[0])[1] if ranked else None


def _beginning(letters: str) -> list[str]:
    """English words that begin so, without those that go on for long."""
    words = _alphabet()
    start, end = bisect_left(words, letters), bisect_left(words, letters + chr(0x10FFFF))
    return [word for word in words[start:end] if len(word) <= len(letters) + ENDING]


@cache
def _alphabet() -> list[str]:
    return sorted(piece for piece in vocabulary() if piece.isalpha() and len(piece) > 1)


def _may_be_wrong(typed: str) -> bool:
    return len(typed) >= LEAST_LETTERS and not any(letter.isdecimal() for letter in typed) and not is_spelled(typed)


def _most_slips(word: str) -> int:
    return (len(word) >= ONE_SLIP) + (len(word) >= TWO_SLIPS)


def _changed(word: str) -> set[str]:
    """The word with two neighbours in each other's place, and without one of its letters."""
    places = range(len(word))
    swapped = {word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :] for at in places}
    return (swapped | {word[:at] + word[at + 1 :] for at in places}) - {word}
