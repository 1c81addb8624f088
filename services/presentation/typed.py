"""Addresses of the search page as a reader types them: places by name, prices in her own writing."""

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from marketplace.place_names import UnclearPlace, label, resolve
from services.currencies import CURRENCIES
from services.money import parse_money


def translated(address: QueryDict, locale: str) -> tuple[QueryDict, list[str]]:
    """The address as the API reads it: a place by its name becomes coordinates, a typed price minor units.

    And what is wrong with place and price.
    """
    given, problems = address.copy(), []
    place = given.get("place", "").strip()[:200]
    if place and "near" not in given:
        try:
            city = resolve(place)
            given["near"] = f"{city.latitude},{city.longitude}"
        except UnclearPlace as unclear:
            offered = "; ".join(label(each) for each in unclear.candidates[:4])
            problems.append(
                _("Which place do you mean? %(offered)s") % {"offered": offered}
                if offered
                else _("We do not know this city. Name the nearest larger one.")
            )
    price = given.pop("price", [""])[-1].strip()
    if price:
        currency = given.get("currency", "").upper()
        try:
            minor = parse_money(price, currency if currency in CURRENCIES else "EUR", locale)
            given["max_rate"] = str(minor)
            given.setdefault("currency", "EUR")
        except ValidationError as error:
            problems += error.messages
    return given, problems
