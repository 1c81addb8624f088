"""Languages that people work in: ISO 639-1."""

from functools import lru_cache
from typing import Final

import pycountry
from babel import Locale, UnknownLocaleError

LANGUAGES: Final = {language.alpha_2: language.name for language in pycountry.languages if hasattr(language, "alpha_2")}
"""English names by code."""


@lru_cache(maxsize=4096)
def language_name(code: str, locale: str = "en") -> str:
    """The language's name in the reader's locale; its English name, or the code, where that is not known."""
    try:
        name = Locale.parse(locale.replace("-", "_")).languages.get(code)
    except (UnknownLocaleError, ValueError):
        name = None
    return str(name or LANGUAGES.get(code, code))


@lru_cache(maxsize=16)
def language_choices(locale: str = "en") -> list[tuple[str, str]]:
    """Codes and names by name."""
    return sorted(((code, language_name(code, locale)) for code in LANGUAGES), key=lambda choice: choice[1].casefold())


COMMON: Final = [
    "en",
    "es",
    "zh",
    "hi",
    "ar",
    "fr",
    "pt",
    "ru",
    "de",
    "ja",
    "it",
    "tr",
    "ko",
    "nl",
    "pl",
    "sv",
    "uk",
    "ro",
    "el",
    "cs",
    "hu",
    "fi",
    "da",
    "nb",
    "he",
    "id",
    "vi",
    "th",
]
"""Codes offered first where somebody chooses languages."""
