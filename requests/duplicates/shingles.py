"""How much of one text stands in another: containment of word shingles. No I/O and no clock.

After A. Broder, "On the resemblance and containment of documents" (Compression and Complexity of Sequences, 1997): a
text becomes the set of all runs of ``RUN`` words in it, and of two such sets A and B the containment is
|A ∩ B| / |A|. Here the smaller set is A, so that a shortened or lengthened copy is found too, and the sets are compared
as they are, not by samples of them: a proposal meets at most some dozens of others.
"""

import re
import unicodedata
from typing import Final

RUN: Final = 3
"""Words in a shingle. Five, as in the paper, lose half of their shingles when one word in seven is exchanged."""
ALIKE: Final = 0.2
"""Containment from which one text counts as a copy of the other: the lowest that took none of 8,000 pairs of different
passages of O*NET's task statements for copies. bench/duplicates_text.py measures it on texts that had no say in it."""
FEWEST: Final = 12
"""Shingles below which a text is too short to say anything about it."""
WORDS: Final = re.compile(r"[^\W_]+")
NUMBERS: Final = re.compile(r"\d+")

Shingles = frozenset[int]


def shingles(text: str) -> Shingles:
    """The runs of words in the text, whatever their case, accents, marks and numbers."""
    words = WORDS.findall(_plain(text))
    return frozenset(hash(tuple(words[at : at + RUN])) for at in range(len(words) - RUN + 1))


def containment(one: Shingles, other: Shingles) -> float:
    """The share of the smaller set that stands in the larger one, 0 to 1; 0 where either is too small."""
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer >= FEWEST else 0.0


def _plain(text: str) -> str:
    """Folded to lower case without accents, and with one number for all: a changed price is no other text."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return NUMBERS.sub("0", bare)
