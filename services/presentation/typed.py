"""Addresses of the search page as a reader types them: places by name, prices in her own writing."""

from typing import Final

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from marketplace.place_names import UnclearPlace, label, resolve
from services.currencies import CURRENCIES
from services.money import parse_money
from services.presentation.narrowing import changed

MOST: Final = 4
"""Places that are offered where one of several may be meant."""


def places_meant(address: QueryDict) -> list[tuple[str, str]]:
    """The places that an unclear ``place`` may mean, each with the address that names it; none where it is clear."""
    place = address.get("place", "").strip()[:200]
    try:
        if place and "near" not in address:
            resolve(place)
    except UnclearPlace as unclear:
        return [(label(city), changed(address, place=label(city))) for city in unclear.candidates[:MOST]]
    return []


def translated(address: QueryDict, locale: str) -> tuple[QueryDict, dict[str, list[str]]]:
    """The address as the API reads it: a place by its name becomes coordinates, a typed price minor units.

    And what is wrong with ``place`` and ``price``, by these names.
    """
    given, problems = address.copy(), dict[str, list[str]]()
    place = given.get("place", "").strip()[:200]
    if place and "near" not in given:
        try:
            city = resolve(place)
            given["near"] = f"{city.latitude},{city.longitude}"
        except UnclearPlace as unclear:
            offered = "; ".join(label(each) for each in unclear.candidates[:MOST])
            problems["place"] = [
                _("Which place do you mean? %(offered)s") % {"offered": offered}
                if offered
                else _("We do not know this city. Name the nearest larger one.")
            ]
    price = given.pop("price", [""])[-1].strip()
    if price:
        currency = given.get("currency", "").upper()
        try:
            minor = parse_money(price, currency if currency in CURRENCIES else "EUR", locale)
            given["max_rate"] = str(minor)
            given.setdefault("currency", "EUR")
        except ValidationError as error:
            problems["price"] = list(error.messages)
    return given, problems
