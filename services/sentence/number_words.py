"""Numbers written in words: "two hundred", "fünfhundert", "dos mil", "mille cinq cents"."""

import re
from typing import Final

ONES: Final = {
    name: number
    for number, names in enumerate(
        (
            "one a an ein eine einen un una une uno",
            "two zwei dos deux",
            "three drei tres trois",
            "four vier cuatro quatre",
            "five funf cinco cinq",
            "six sechs seis",
            "seven sieben siete sept",
            "eight acht ocho huit",
            "nine neun nueve neuf",
            "ten zehn diez dix",
            "eleven elf once onze",
            "twelve zwolf doce douze",
            "thirteen dreizehn trece treize",
            "fourteen vierzehn catorce quatorze",
            "fifteen funfzehn quince quinze",
            "sixteen sechzehn dieciseis seize",
            "seventeen siebzehn diecisiete",
            "eighteen achtzehn dieciocho",
            "nineteen neunzehn diecinueve",
            "twenty zwanzig veinte vingt",
        ),
        start=1,
    )
    for name in names.split()
}
TENS: Final = {
    name: number
    for number, names in (
        (25, "veinticinco"),
        (30, "thirty dreissig dreisig treinta trente"),
        (40, "forty vierzig cuarenta quarante"),
        (50, "fifty funfzig cincuenta cinquante"),
        (60, "sixty sechzig sesenta soixante"),
        (70, "seventy siebzig setenta septante"),
        (80, "eighty achtzig ochenta huitante"),
        (90, "ninety neunzig noventa nonante"),
        (200, "doscientos doscientas"),
        (300, "trescientos trescientas"),
        (400, "cuatrocientos cuatrocientas"),
        (500, "quinientos quinientas"),
        (600, "seiscientos seiscientas"),
        (700, "setecientos setecientas"),
        (800, "ochocientos ochocientas"),
        (900, "novecientos novecientas"),
    )
    for name in names.split()
}
HUNDREDS: Final = frozenset({"hundred", "hundert", "cien", "ciento", "cent", "cents"})
THOUSANDS: Final = frozenset({"thousand", "tausend", "mil", "mille"})
BETWEEN: Final = frozenset({"and", "und", "y", "et"})

_SMALL: Final = {**ONES, **TENS}
_WORDS: Final = sorted((*_SMALL, *HUNDREDS, *THOUSANDS), key=len, reverse=True)
_WORD: Final = "|".join(_WORDS)
_PART: Final = re.compile(rf"{_WORD}|und|and|et|y")
_ROW: Final = rf"(?:{_WORD})(?:(?:[ -](?:(?:{'|'.join(BETWEEN)})[ -])?|und)?(?:{_WORD}))*"
NUMBER_WORDS: Final = rf"(?:{_ROW})"
"""Pattern of such a number in flat text, German ones in one word ("zweihundertfunfzig") too."""
LEAST: Final = 20
"""Smaller numbers are no amounts: "one", "a", "dos"."""


def number_of(words: str) -> int | None:
    """What the flat words say; None where they are no number from 20 on that is put together as numbers are."""
    whole, part, before = 0, 0, 0
    for match in _PART.finditer(words):
        word = match.group()
        if word in BETWEEN:
            continue
        if word in THOUSANDS:
            if whole:
                return None
            whole, part, before = max(part, 1) * 1000, 0, 0
        elif word in HUNDREDS:
            if part >= 100:
                return None
            part, before = max(part, 1) * 100, 0
        else:
            number = _SMALL[word]
            if before and not _goes_on(before, number):
                return None
            part, before = part + number, number
    total = whole + part
    return total if total >= LEAST else None


def _goes_on(before: int, number: int) -> bool:
    """Whether a number follows another one: "twenty five", "fünf und zwanzig", "quinientos veinte"."""
    one, other = sorted((before, number))
    return (one < 10 <= other and other % 10 == 0) or before >= 100 > number
