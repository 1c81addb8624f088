"""What text from outside may hold. The same rules behind forms, serializers and models."""

import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SURROGATES = re.compile("[\ud800-\udfff]")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters except tab and line ends."""
ENDS_OF_LINES = re.compile("[\t\r\n\x0b\x0c\x85\u2028\u2029]")
TURNED_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x85]")
DIRECTION_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates, which can make text read differently from what it says."""
INVISIBLE: Final = frozenset({"Cc", "Cf", "Mn", "Me", "Zl", "Zp", "Zs"})
"""Categories of characters that show nothing by themselves: zero-width ones, marks on others, spaces."""
BLANK_LETTERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Fillers of Hangul and the empty Braille cell: letters and symbols without a shape."""


def has_unstorable(text: str) -> bool:
    """Whether the text holds NUL or a lone surrogate, which PostgreSQL cannot store."""
    return "\0" in text or (not text.isascii() and SURROGATES.search(text) is not None)


def validate_text(value: str) -> None:
    """Raises ValidationError for NUL, lone surrogates and control characters. Lines and tabs are allowed."""
    if SURROGATES.search(value):
        raise ValidationError(_("This holds half of a character (a lone surrogate)."), code="surrogate_characters")
    if "\0" in value:
        raise ValidationError(_("This holds a NUL character."), code="null_characters_not_allowed")
    if CONTROLS.search(value):
        raise ValidationError(_("This holds a control character."), code="control_characters")


def validate_line(value: str) -> None:
    """``validate_text`` for one line: no line ends, no tabs, and nothing that turns the direction of what follows."""
    validate_text(value)
    if ENDS_OF_LINES.search(value):
        raise ValidationError(_("This must be a single line."), code="several_lines")
    if DIRECTION_CONTROLS.search(value):
        raise ValidationError(_("This holds an invisible direction mark."), code="direction_characters")


def clean_text(value: str, *, most: int) -> str:
    """The text in composed form (NFC), with ``\\n`` line ends and no space around it; at most ``most`` characters.

    Empty where nothing in it can be seen. Raises ValidationError.
    """
    if len(value) > most * 4:  # before any work on a megabyte
        raise _too_long(value, most)
    validate_text(value)
    cleaned = unicodedata.normalize("NFC", TURNED_LINE_ENDS.sub("\n", value)).strip()
    if len(cleaned) > most:
        raise _too_long(cleaned, most)
    return cleaned if any(map(_is_visible, cleaned)) else ""


def clean_line(value: str, *, most: int) -> str:
    """``clean_text`` for one line; runs of spaces become one."""
    cleaned = " ".join(clean_text(value, most=most * 2).split(" "))
    validate_line(cleaned)
    cleaned = re.sub(" {2,}", " ", cleaned)
    if len(cleaned) > most:
        raise _too_long(cleaned, most)
    return cleaned


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in INVISIBLE and character not in BLANK_LETTERS


def _too_long(value: str, most: int) -> ValidationError:
    message = _("This may have at most %(most)s characters; it has %(has)s.")
    return ValidationError(message, code="max_length", params={"most": most, "has": len(value)})
