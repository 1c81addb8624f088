"""A text in which words can be looked for whatever their case and accents, every character in its place."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from marketplace.places import UNDECOMPOSED

SPACES: Final = "\u00a0\u202f\u2009\t\n\r"
DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2212"
APOSTROPHES: Final = "\u2018\u2019\u02bc`\u00b4"


class Span(NamedTuple):
    """A piece of the text: its characters from ``start`` up to ``end``."""

    start: int
    end: int

    def touches(self, other: "Span") -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


def flat(text: str) -> str:
    """Lower case, without accents, with plain spaces, dashes and apostrophes. As long as the text."""
    return "".join(map(_flat, text))


def words(pattern: str) -> re.Pattern[str]:
    """The pattern between ends of words, for flat text; spaces stand for any number of them."""
    return re.compile(rf"(?<![\w-])(?:{_spaced(pattern)})(?![\w-])")


def before(pattern: str) -> re.Pattern[str]:
    """The pattern as the last words of a text that is cut off there: match with ``search``."""
    return re.compile(rf"(?<![\w-])(?:{_spaced(pattern)})[ :]*$")


def without(text: str, spans: Iterable[Span]) -> str:
    """The text without the pieces, and without the punctuation and spaces that they leave behind."""
    kept, place = [], 0
    for start, end in sorted(spans):
        kept.append(text[place : max(start, place)])
        place = max(end, place)
    kept.append(text[place:])
    text = re.sub(r"\s+", " ", re.sub(r"[(\[]\s*[)\]]", " ", " ".join(kept)))
    text = re.sub(r"\s*[,;]\s*(?=[,;.!?]|$)", "", text.strip())
    text = re.sub(r"(?: [-–—])+(?= [-–—] )", "", text)
    return re.sub(r"\s+([,;.!?])", r"\1", text).strip(" ,;:-–—")


def _spaced(pattern: str) -> str:
    return re.sub(r" (?![*?+])", " +", pattern).replace(" ?", " *")


@lru_cache(maxsize=4096)
def _flat(character: str) -> str:
    if character in SPACES:
        return " "
    if character in DASHES:
        return "-"
    if character in APOSTROPHES:
        return "'"
    plain = unicodedata.normalize("NFKD", character.translate(UNDECOMPOSED))[:1].lower()
    return plain if len(plain) == 1 else character
