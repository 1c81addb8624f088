"""Skills in a sentence: those that the catalogue names."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from services.sentence.flat import Span

WORD: Final = re.compile(r"[^\W_]+(?:[.'/-][^\W_]+)*[+#]*")
LONGEST: Final = 4
"""Words that a skill has at most to be found."""

SHORT: Final = 2
"""Letters up to which a skill must be written exactly as the catalogue does."""


class Skill(NamedTuple):
    """A skill by its flat words, and where it is named."""

    key: str
    span: Span


def find_skills(text: str, written: str, known: Mapping[str, str]) -> list[Skill]:
    """The skills that the flat ``text`` names, longer ones before shorter ones in them; ``written`` is the text as it
    was typed: "Go" and "R" are skills, "go" and "r" are not."""
    words = list(WORD.finditer(text))
    found: list[Skill] = []
    place = 0
    while place < len(words):
        for length in range(min(LONGEST, len(words) - place), 0, -1):
            span = Span(words[place].start(), words[place + length - 1].end())
            key = text[span.start : span.end]
            if key in known and (len(key) > SHORT or written[span.start : span.end] == known[key]):
                found.append(Skill(key, span))
                place += length
                break
        else:
            place += 1
    return found
