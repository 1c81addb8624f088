"""Names of uploaded files, made fit to be shown and to be saved under."""

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST = 120
FORBIDDEN = re.compile(r'[<>:"|?*%#]')
"""What some systems refuse in names, and what means something in an address."""
DECEPTIVE = frozenset(
    "\u200b\u2060\ufeff\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u00ad"
)
"""Invisible characters that turn the reading direction, so that ``photo‮gpj.exe`` looks like a picture, or that hide."""


def clean_name(given: str | None) -> str:
    """The last part of a path without control characters, in one spelling, at most ``LONGEST`` characters.

    What is left of nothing is ``file``. The ending survives shortening.
    """
    name = unicodedata.normalize("NFC", (given or "").replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(each for each in name if each not in DECEPTIVE and unicodedata.category(each) not in ("Cc", "Cs"))
    name = " ".join(FORBIDDEN.sub("_", name).split()).strip(". ")
    stem, ending = split_ending(name)
    return (stem[: LONGEST - len(ending)].rstrip() + ending) or "file"


def split_ending(name: str) -> tuple[str, str]:
    """``("report", ".pdf")``; the ending is empty where there is none, or none that looks like one."""
    ending = PurePosixPath(name).suffix
    return (name[: -len(ending)], ending) if 1 < len(ending) <= 12 else (name, "")


def ending_of(name: str) -> str:
    """The ending in lower case: ``.pdf``."""
    return split_ending(name)[1].lower()


def with_ending(name: str, endings: tuple[str, ...]) -> str:
    """The name, with the first of ``endings`` in place of its own unless it has one of them."""
    stem, ending = split_ending(name)
    return name if ending.lower() in endings else f"{stem}{endings[0]}"
