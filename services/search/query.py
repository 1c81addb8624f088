"""What somebody searches for."""

import math
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from marketplace.errors import FieldProblem, InvalidInput
from marketplace.languages import LANGUAGES
from services.countries import COUNTRIES
from services.currencies import CURRENCIES
from services.exchange import to_eur
from services.money import MAX_MINOR
from services.search.words import words_of

SORTS: Final = ("relevance", "rating", "newest", "price")
FILTERS: Final = frozenset(
    {"q", "service", "group", "skill", "country", "near", "radius_km", "remote", "max_rate", "currency"}
    | {"language", "min_rating", "available", "sort"}
)
FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}
LONGEST_TEXT: Final = 500
USUAL_RADIUS_KM: Final = 50


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search. Empty values do not filter. ``max_eur`` is in major units, ``radius_km`` belongs to ``latitude``."""

    text: str = ""
    service: str = ""
    group: str = ""
    skill: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float = USUAL_RADIUS_KM
    remote: bool | None = None
    max_eur: float | None = None
    language: str = ""
    min_rating: float | None = None
    available: bool = False
    sort: str = "relevance"

    @property
    def has_words(self) -> bool:
        """Whether there is anything to rank by."""
        return bool(words_of(self.text))


def parse(given: QueryDict) -> SearchQuery:
    """The search that the parameters of an address describe. Raises InvalidInput that names every wrong one."""
    query, problems = readable(given)
    if problems:
        raise InvalidInput(fields=problems)
    return query


def readable(given: QueryDict) -> tuple[SearchQuery, dict[str, list[FieldProblem]]]:
    """The search that those parameters describe that can be read, and what is wrong with the others, by name."""
    reader = _Reader(given)
    latitude, longitude = reader.near()
    query = SearchQuery(
        text=reader.words(),
        service=reader.text("service", 60),
        group=reader.text("group", 60),
        skill=reader.text("skill", 60).lower(),
        country=reader.country(),
        latitude=latitude,
        longitude=longitude,
        radius_km=reader.number("radius_km", 1, 20_000) or USUAL_RADIUS_KM,
        remote=reader.flag("remote"),
        max_eur=reader.max_eur(),
        language=reader.language(),
        # None at all is what pages have, too, that nobody has rated yet.
        min_rating=reader.number("min_rating", 0, 5) or None,
        available=bool(reader.flag("available")),
        sort=reader.sort(),
    )
    return query, reader.problems


def read_flag(given: QueryDict, name: str) -> bool:
    """Whether the parameter says so; False where it is missing. Raises InvalidInput."""
    reader = _Reader(given)
    flag = reader.flag(name)
    if reader.problems:
        raise InvalidInput(fields=reader.problems)
    return bool(flag)


class _Reader:
    """Reads parameters one by one and notes what is wrong with them."""

    def __init__(self, given: QueryDict) -> None:
        self.given = given
        self.problems: dict[str, list[FieldProblem]] = {}

    def text(self, name: str, most: int) -> str:
        value = self.given.get(name, "").strip()
        if len(value) > most:
            self._note(name, "max_length", _("This may have at most %(most)s characters.") % {"most": most})
            return ""
        return value

    def words(self) -> str:
        """Of too many words the first ones."""
        return self.text("q", LONGEST_TEXT) or self.given.get("q", "").strip()[:LONGEST_TEXT]

    def flag(self, name: str) -> bool | None:
        value = self.given.get(name, "").strip().lower()
        if value and value not in FLAGS:
            self._note(name, "invalid", _("Must be true or false."))
        return FLAGS.get(value)

    def number(self, name: str, least: float, most: float) -> float | None:
        value = self.text(name, 20)
        if not value:
            return None
        number = _float(value)
        if number is None or not least <= number <= most:
            message = _("Must be a number from %(least)s to %(most)s.") % {"least": least, "most": most}
            self._note(name, "out_of_range", message)
            return None
        return number

    def near(self) -> tuple[float | None, float | None]:
        value = self.text("near", 60)
        if not value:
            return None, None
        parts = [_float(part) for part in value.split(",")]
        if len(parts) == 2 and parts[0] is not None and parts[1] is not None:
            latitude, longitude = parts[0], parts[1]
            if abs(latitude) <= 90 and abs(longitude) <= 180:
                return latitude, longitude
        self._note("near", "invalid", _("Must be latitude and longitude, such as 48.2,16.37."))
        return None, None

    def country(self) -> str:
        value = self.text("country", 10).upper()
        if value and value not in COUNTRIES:
            self._note("country", "unknown_country", _("Must be a country code of ISO 3166, such as AT."))
            return ""
        return value

    def language(self) -> str:
        value = self.text("language", 10).lower()
        if value and value not in LANGUAGES:
            self._note("language", "unknown_language", _("Must be a language code of ISO 639-1, such as de."))
            return ""
        return value

    def max_eur(self) -> float | None:
        value, currency = self.text("max_rate", 20), self.text("currency", 10).upper()
        if currency and currency not in CURRENCIES:
            self._note("currency", "unknown_currency", _("Must be a currency code of ISO 4217, such as EUR."))
            return None
        if not value:
            return None
        if not (value.isascii() and value.isdigit() and int(value) <= MAX_MINOR):
            self._note("max_rate", "invalid", _("Must be a whole number of minor units, such as 5000 for 50.00."))
            return None
        if not currency:
            self._note("currency", "required", _("A price needs a currency."))
            return None
        amount = to_eur(int(value), currency)
        if amount is None:
            self._note("currency", "no_exchange_rate", _("There is no exchange rate for this currency."))
        return float(amount) if amount is not None else None

    def sort(self) -> str:
        value = self.text("sort", 20) or "relevance"
        if value not in SORTS:
            self._note("sort", "unknown_value", _("Choose one of: %(choices)s.") % {"choices": ", ".join(SORTS)})
            return "relevance"
        return value

    def _note(self, name: str, code: str, message: str) -> None:
        self.problems.setdefault(name, []).append({"code": code, "message": message})


def _float(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
