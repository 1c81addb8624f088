"""Whether a known word may be what somebody meant by an unknown one."""

from typing import Final

ONE_SLIP: Final = 3
"""Letters from which a word may have one slip: a letter too many, too few, wrong, or changed with the next one. Four
fifths of all misspellings are such (Damerau 1964, A technique for computer detection and correction of spelling
errors)."""
TWO_SLIPS: Final = 6
"""Letters from which it may have two; both limits are those of Lucene's fuzzy queries (fuzziness "AUTO")."""
PART: Final = 5
"""Letters from which a word that stands in the unknown one is taken for a part of it: the unknown one is a compound."""
FORM: Final = 4
"""Letters that two words must share to be forms of one, or one of them the other cut short."""
SHARED: Final = 0.6
"""Part of the longer word that they must share."""


def is_form(typed: str, known: str) -> bool:
    """Whether one of the words is the beginning of the other, and most of it."""
    shorter, longer = sorted((typed, known), key=len)
    return longer.startswith(shorter) and len(shorter) >= max(FORM, SHARED * len(longer))


def may_be(typed: str, known: str) -> bool:
    """Whether ``typed`` is ``known`` with a slip or two, or a compound that has it."""
    if len(known) >= PART and known in typed:
        return True
    allowed = (len(typed) >= ONE_SLIP) + (len(typed) >= TWO_SLIPS)
    return abs(len(typed) - len(known)) <= allowed and slips(typed, known) <= allowed


def slips(one: str, other: str) -> int:
    """How many slips lie between two words: the Damerau-Levenshtein distance, no letter being changed twice."""
    start = _shared(one, other)
    one, other = one[start:], other[start:]
    end = _shared(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    before, last = list(range(len(other) + 1)), list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, wanted in enumerate(other, 1):
            least = min(now[-1] + 1, last[column] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                least = min(least, before[column - 2] + 1)
            now.append(least)
        before, last = last, now
    return last[-1]


def _shared(one: str, other: str) -> int:
    """How many letters both words begin with."""
    return next(
        (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
        min(len(one), len(other)),
    )
