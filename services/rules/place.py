"""Rules for places."""

import math
from typing import NotRequired, TypedDict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.places import find
from marketplace.validators import clean_line
from services.countries import COUNTRIES


class Place(TypedDict):
    """Where somebody is: ISO 3166-1 alpha-2, a town, and degrees. Without degrees the town is looked up."""

    country: str
    city: NotRequired[str]
    lat: NotRequired[float | None]
    lon: NotRequired[float | None]


class PlaceColumns(TypedDict):
    """The same as columns of a page or request."""

    country: str
    city: str
    latitude: float | None
    longitude: float | None


NOWHERE = PlaceColumns(country="", city="", latitude=None, longitude=None)


def place(value: Place | None) -> PlaceColumns:
    """The place with its coordinates; they come from the gazetteer where only the town is named."""
    if value is None:
        return NOWHERE
    country = _country(value.get("country") or "")
    city = _city(value.get("city") or "")
    latitude, longitude = value.get("lat"), value.get("lon")
    if (latitude is None) != (longitude is None):
        missing = "place.lat" if latitude is None else "place.lon"
        raise ValidationError({missing: ValidationError(_("Latitude and longitude belong together."), code="required")})
    if latitude is None or longitude is None:
        return _looked_up(country, city)
    _degrees("place.lat", latitude, 90)
    _degrees("place.lon", longitude, 180)
    return PlaceColumns(country=country, city=city, latitude=latitude, longitude=longitude)


def _country(value: str) -> str:
    code = value.strip().upper()
    if not code:
        raise ValidationError({"place.country": ValidationError(_("Name the country."), code="required")})
    if code not in COUNTRIES:
        message = _("“%(code)s” is not a country code of ISO 3166.")
        problem = ValidationError(message, code="unknown_country", params={"code": value[:20]})
        raise ValidationError({"place.country": problem})
    return code


def _city(value: str) -> str:
    try:
        return clean_line(value, most=120)
    except ValidationError as problem:
        raise ValidationError({"place.city": problem}) from None


def _looked_up(country: str, city: str) -> PlaceColumns:
    if not city:
        return PlaceColumns(country=country, city="", latitude=None, longitude=None)
    found = find(city, country)
    if found is None:
        message = _("We do not know “%(city)s”. Choose the nearest larger town, or give latitude and longitude.")
        problem = ValidationError(message, code="unknown_city", params={"city": city})
        raise ValidationError({"place.city": problem})
    return PlaceColumns(country=country, city=city, latitude=found.latitude, longitude=found.longitude)


def _degrees(field: str, value: float, most: int) -> None:
    if not (math.isfinite(value) and -most <= value <= most):
        message = _("This must be between -%(most)d and %(most)d degrees.")
        raise ValidationError({field: ValidationError(message, code="out_of_range", params={"most": most})})
