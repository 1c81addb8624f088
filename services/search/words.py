"""Words out of what people type, safe inside PostgreSQL's query language."""

import re
import unicodedata
from typing import Final

MOST_WORDS: Final = 64
LONGEST: Final = 64
WORD: Final = re.compile(r"[^\W_]+", re.UNICODE)


def words_of(text: str) -> list[str]:
    """The first 64 different words of the text, folded, at most 64 characters each."""
    folded = unicodedata.normalize("NFKC", text[:20_000].replace("\0", " ")).casefold()
    found = (word[:LONGEST] for word in WORD.findall(folded.encode("utf-8", "ignore").decode()))
    return list(dict.fromkeys(found))[:MOST_WORDS]
