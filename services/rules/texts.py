"""Rules for words: title, about, skills."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.validators import clean_line, clean_text
from services.rules import limits


def title(value: str) -> str:
    """One line; may be empty in a draft."""
    return clean_line(value, most=limits.TITLE)


def about(value: str) -> str:
    """Markdown; may be empty in a draft."""
    return clean_text(value, most=limits.ABOUT)


def skills(values: Iterable[str]) -> list[str]:
    """At most 20 different short names, in the provider's order; the first spelling of a repeated one stays."""
    lines = (clean_line(value, most=limits.SKILL) for value in values)
    different = list({line.casefold(): line for line in reversed(list(lines)) if line}.values())[::-1]
    if len(different) > limits.SKILLS:
        message = _("Choose at most %(most)d skills.")
        raise ValidationError(message, code="too_many", params={"most": limits.SKILLS})
    return different
