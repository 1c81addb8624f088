"""What the words of a question are in the index: by the rules of each language that it has, with their pages.

What a language makes of a word never changes, so each process keeps that of the words that are asked for most; the
numbers of pages are read each time, because a word may have become known with the page published just now.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from marketplace.database import prepared
from services.search import versions
from services.search.language import USUAL

MOST: Final = 5000
"""Words that are kept."""

LANGUAGES: Final = """
    SELECT DISTINCT code
    FROM unnest(ARRAY[%(usual)s] || (SELECT languages::text[] FROM services_searchstatistics WHERE id = 1)) AS code
"""
PARTS: Final = f"""
SELECT word.text, rules.code, tsvector_to_array(services_lexemes(
    CASE rules.code WHEN %(usual)s THEN 'marketplace' ELSE 'marketplace_' || rules.code END, word.text, 'A'
))
FROM unnest(%(words)s::text[]) AS word (text) CROSS JOIN ({LANGUAGES}) AS rules
"""  # noqa: S608  our own texts
NUMBERS: Final = f"""
SELECT NULL, coalesce(
    nullif((SELECT pages FROM services_searchstatistics WHERE id = 1), 0),
    (SELECT count(*) FROM services_searchentry)
), NULL::int[], ARRAY({LANGUAGES}), (SELECT embedded_by FROM services_searchstatistics WHERE id = 1)
UNION ALL SELECT word, pages, tiers, NULL, NULL FROM services_searchword WHERE word = ANY(%(lexemes)s::text[])
"""  # noqa: S608  our own texts


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules of one language (``code``) make of one word: nothing where it is too common to tell anything.

    ``pages`` is None where the lexeme is unknown; ``part`` counts the words within one that is written without spaces.
    """

    number: int
    part: int
    typed: str
    code: str
    lexeme: str | None
    pages: int | None
    tiers: list[int] | None


Lexemes = Mapping[str, tuple[str, ...]]
_kept: dict[str, Lexemes] = {}
"""The lexemes of a word by the rules of each language."""


def read(texts: Sequence[Sequence[str]]) -> tuple[list[list[Reading]], int]:
    """Every word of each text by the rules of every language of the index, the usual one's first, and the number of
    pages in it.

    One query for words that were asked for before, else two; three where the index has a language that it had not.
    """
    words = list(dict.fromkeys(word for text in texts for word in text))
    known = {word: lexemes for word in words if (lexemes := _kept.get(word))}
    known |= _learn([word for word in words if word not in known])
    numbers, total, codes = _numbers(known)
    if unread := [word for word in words if not codes <= known[word].keys()]:
        known |= _learn(unread)
        numbers, total, codes = _numbers(known)
    ordered = sorted(codes, key=lambda code: (code != USUAL, code))
    return [
        [
            Reading(number, part, word, code, lexeme, *numbers.get(lexeme or "", (None, None)))
            for number, word in enumerate(text, 1)
            for part, code, lexeme in sorted(_forms(known[word], ordered), key=lambda form: form[0])
        ]
        for text in texts
    ], max(total, 1)


def _forms(lexemes: Mapping[str, tuple[str, ...]], codes: Sequence[str]) -> Iterator[tuple[int, str, str | None]]:
    """Part, language and lexeme; one without a lexeme where the language finds the word too common."""
    for code in codes:
        for part, lexeme in enumerate(lexemes[code] or (None,), 1):
            yield part, code, lexeme


def _numbers(known: Mapping[str, Lexemes]) -> tuple[Mapping[str, tuple[int, list[int]]], int, set[str]]:
    """Pages and tiers by lexeme, the number of all pages, and the languages of the index."""
    lexemes = {lexeme for forms in known.values() for found in forms.values() for lexeme in found}
    found = prepared.ask(NUMBERS, {"lexemes": list(lexemes), "usual": USUAL})
    (_word, total, _tiers, codes, embedded_by), *rows = found
    versions.note(embedded_by or "")
    return {word: (pages, tiers) for word, pages, tiers, *_others in rows}, total, set(codes)


def _learn(words: Sequence[str]) -> dict[str, Lexemes]:
    """What each language makes of these words; kept, too. Others may forget what is kept at any time."""
    if not words:
        return {}
    learnt: dict[str, dict[str, tuple[str, ...]]] = {}
    for word, code, lexemes in prepared.ask(PARTS, {"words": list(words), "usual": USUAL}):
        learnt.setdefault(word, {})[code] = tuple(lexemes)
    if len(_kept) > MOST:
        _kept.clear()
    _kept.update(learnt)
    return dict(learnt)
