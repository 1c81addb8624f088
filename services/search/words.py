"""Words out of what people type, safe inside PostgreSQL's query language."""

import re
import unicodedata
from typing import Final

MOST_WORDS: Final = 24
LONGEST: Final = 64
WORD: Final = re.compile(r"[^\W_]+", re.UNICODE)


def words_of(text: str) -> list[str]:
    """The first 24 different words of the text, folded, at most 64 characters each."""
    folded = unicodedata.normalize("NFKC", text[:20_000].replace("\0", " ")).casefold()
    found = (word[:LONGEST] for word in WORD.findall(folded.encode("utf-8", "ignore").decode()))
    return list(dict.fromkeys(found))[:MOST_WORDS]


def any_word_query(text: str) -> str:
    """A text for ``to_tsquery`` that finds any of the words; one that finds nothing where there are none."""
    return " | ".join(f"'{word}'" for word in words_of(text)) or ""


def all_words_query(words: list[list[str]]) -> str:
    """A text for ``to_tsquery`` that finds one spelling of each of the words."""
    groups = (" | ".join(f"'{spelling}'" for spelling in spellings) for spellings in words)
    return " & ".join(f"({group})" for group in groups) or ""
