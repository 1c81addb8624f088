"""Words out of what people type, safe inside PostgreSQL's query language."""

import re
import unicodedata
from typing import Final

MOST_WORDS: Final = 64
LONGEST: Final = 64
WORD: Final = re.compile(r"[^\W_]+", re.UNICODE)
MARKED: Final = (
    (re.compile(r"(?<=[^\W_])\+\+(?![^\W_])"), "plusplus"),
    (re.compile(r"(?<=[^\W_])#(?![^\W_])"), "sharp"),
    (re.compile(r"\.net(?![^\W_])"), " dotnet"),
)
"""Marks that make another word of one: C, C++ and C# are three languages. The index reads them so, too
(``services_readable`` in the database)."""
SPELLED: Final = ("plusplus", "sharp", "dotnet")


def words_of(text: str) -> list[str]:
    """The first 64 different words of the text, folded, at most 64 characters each."""
    folded = unicodedata.normalize("NFKC", text[:20_000].replace("\0", " ")).casefold()
    for mark, spelled in MARKED:
        folded = mark.sub(spelled, folded)
    found = (word[:LONGEST] for word in WORD.findall(folded.encode("utf-8", "ignore").decode()))
    return list(dict.fromkeys(found))[:MOST_WORDS]


def is_spelled(word: str) -> bool:
    """Whether the word may have been made of one with marks."""
    return word.endswith(SPELLED)
