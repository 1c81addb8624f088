"""Countries, and regions in them, by the names that people give them."""

from functools import cache
from typing import Final

import pycountry
from babel import Locale

from marketplace.places import called, countries, fold
from services.sentence.tongues import READ_IN

LARGE: Final = 100_000
"""People of a city that is meant rather than a country which another language calls so."""


def country_called(key: str, home: str) -> str:
    """Code of the country of this folded name; empty where there is none, or where the name means something else to a
    reader in ``home``: the state of Georgia, or the city of Granada, which is also Spanish for Grenada."""
    code = _countries().get(key, "")
    if not code or (home == "US" and key in states()):
        return ""
    is_city = any(own and city.population >= LARGE and city.country != code for city, own in called(key))
    return "" if is_city and key not in _english() else code


def is_country(key: str) -> bool:
    """Whether a country has this folded name."""
    return key in _countries()


def land_called(key: str) -> str:
    """Code of the country, or of the state of the United States, that has this folded name; empty where none has."""
    return _countries().get(key) or states().get(key, "")


@cache
def states() -> dict[str, str]:
    """Codes of the United States' states, which people add to a city, by their folded names."""
    found = [each for each in pycountry.subdivisions if each.country_code == "US"]
    return {fold(state.name): state.code.removeprefix("US-") for state in found}


@cache
def regions() -> dict[str, frozenset[str]]:
    """Codes of the countries that have a region of this folded name."""
    found: dict[str, set[str]] = {"tuscany": {"IT"}}
    for each in pycountry.subdivisions:
        found.setdefault(fold(each.name), set()).add(each.country_code)
    return {name: frozenset(codes) for name, codes in found.items()}


@cache
def _countries() -> dict[str, str]:
    """Codes of the countries by their folded names in all languages that are read."""
    found = {"uk": "GB", "usa": "US", "us": "US", "england": "GB", "holland": "NL", "eeuu": "US", "scotland": "GB"}
    found |= {"united states of america": "US", "the netherlands": "NL", "tschechien": "CZ", "czech republic": "CZ"}
    for locale in READ_IN:
        names = Locale(locale).territories
        for code, english in countries():
            found.setdefault(fold(names.get(code, english)), code)
    return found


@cache
def _english() -> frozenset[str]:
    return frozenset(fold(english) for _code, english in countries())
