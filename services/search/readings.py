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
from services.search.statistics import MEAN_LENGTH

MOST: Final = 5000
"""Words that are kept."""
NOTHING: Final = ("", 0)
"""Instead of a lexeme and its number."""

LANGUAGES: Final = """
    SELECT DISTINCT code
    FROM unnest(ARRAY[%(usual)s] || (SELECT languages::text[] FROM services_searchstatistics WHERE id = 1)) AS code
"""
PARTS: Final = f"""
SELECT word.text, rules.code, lexemes, ARRAY(SELECT services_term(lexeme) FROM unnest(lexemes) AS lexeme)
FROM unnest(%(words)s::text[]) AS word (text) CROSS JOIN ({LANGUAGES}) AS rules
CROSS JOIN LATERAL (SELECT tsvector_to_array(services_lexemes(
    CASE rules.code WHEN %(usual)s THEN 'marketplace' ELSE 'marketplace_' || rules.code END, word.text, 'A'
)) AS lexemes OFFSET 0) AS read
"""  # noqa: S608  our own texts
NUMBERS: Final = f"""
SELECT NULL, coalesce(
    nullif((SELECT pages FROM services_searchstatistics WHERE id = 1), 0),
    (SELECT count(*) FROM services_searchentry)
), {MEAN_LENGTH}, ARRAY({LANGUAGES}), (SELECT embedded_by FROM services_searchstatistics WHERE id = 1)
UNION ALL SELECT word, greatest(pages, 1), NULL, NULL, NULL
FROM services_searchword WHERE word = ANY(%(lexemes)s::text[])
"""  # noqa: S608  our own texts


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules of one language (``code``) make of one word: no lexeme where it is too common to tell anything.

    ``number`` is that of the lexeme in the index's rows, ``pages`` None where it is unknown. ``place`` counts the words
    of the text, ``part`` those within one that is written without spaces.
    """

    place: int
    part: int
    typed: str
    code: str
    lexeme: str = ""
    number: int = 0
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """The words of some texts as the index has them, and of its pages how many there are and their mean length."""

    texts: list[list[Reading]]
    pages: int
    mean_length: float


Lexemes = Mapping[str, tuple[tuple[str, int], ...]]
_kept: dict[str, Lexemes] = {}
"""The lexemes of a word, with their numbers, by the rules of each language."""


def read(texts: Sequence[Sequence[str]]) -> Read:
    """Every word of each text by the rules of every language of the index, the usual one's first.

    One query for words that were asked for before, else two; three where the index has a language that it had not.
    """
    words = list(dict.fromkeys(word for text in texts for word in text))
    known = {word: lexemes for word in words if (lexemes := _kept.get(word))}
    known |= _learn([word for word in words if word not in known])
    index = _index(known)
    if unread := [word for word in words if not index.codes <= known[word].keys()]:
        known |= _learn(unread)
        index = _index(known)
    codes = sorted(index.codes, key=lambda code: (code != USUAL, code))
    readings = [
        [
            Reading(place, part, word, code, lexeme, number, index.having.get(lexeme))
            for place, word in enumerate(text, 1)
            for part, code, (lexeme, number) in sorted(_forms(known[word], codes), key=lambda form: form[0])
        ]
        for text in texts
    ]
    return Read(readings, index.pages, index.mean_length)


def _forms(lexemes: Lexemes, codes: Sequence[str]) -> Iterator[tuple[int, str, tuple[str, int]]]:
    """Part, language and lexeme; one without a lexeme where the language finds the word too common."""
    for code in codes:
        for part, lexeme in enumerate(lexemes[code] or (NOTHING,), 1):
            yield part, code, lexeme


@dataclass(frozen=True, slots=True)
class _Index:
    """How many pages have which lexeme, how many there are in all, their mean length, and their languages."""

    having: Mapping[str, int]
    pages: int
    mean_length: float
    codes: set[str]


def _index(known: Mapping[str, Lexemes]) -> _Index:
    """The numbers of now."""
    lexemes = {lexeme for forms in known.values() for found in forms.values() for lexeme, _number in found}
    found = prepared.ask(NUMBERS, {"lexemes": list(lexemes), "usual": USUAL})
    (_word, pages, mean_length, codes, embedded_by), *rows = found
    versions.note(embedded_by or "")
    return _Index({word: having for word, having, *_others in rows}, max(pages, 1), mean_length, set(codes))


def _learn(words: Sequence[str]) -> dict[str, Lexemes]:
    """What each language makes of these words; kept, too. Others may forget what is kept at any time."""
    if not words:
        return {}
    learnt: dict[str, dict[str, tuple[tuple[str, int], ...]]] = {}
    for word, code, lexemes, numbers in prepared.ask(PARTS, {"words": list(words), "usual": USUAL}):
        learnt.setdefault(word, {})[code] = tuple(zip(lexemes, numbers, strict=True))
    if len(_kept) > MOST:
        _kept.clear()
    _kept.update(learnt)
    return dict(learnt)
