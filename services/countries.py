"""Countries: ISO 3166-1, and Kosovo."""

from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError

from marketplace.places import countries

COUNTRIES: Final = dict(countries())
"""English names by code."""


@lru_cache(maxsize=4096)
def country_name(code: str, locale: str = "en") -> str:
    """The country's name in the reader's locale; its English name, or the code, where that is not known."""
    try:
        name = Locale.parse(locale.replace("-", "_")).territories.get(code)
    except (UnknownLocaleError, ValueError):
        name = None
    return str(name or COUNTRIES.get(code, code))


@lru_cache(maxsize=16)
def country_choices(locale: str = "en") -> list[tuple[str, str]]:
    """Codes and names by name."""
    return sorted(((code, country_name(code, locale)) for code in COUNTRIES), key=lambda choice: choice[1].casefold())
