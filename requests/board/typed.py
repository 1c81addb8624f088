"""Addresses of the board's page as a reader types them: amounts in her own writing."""

from django.core.exceptions import ValidationError
from django.http import QueryDict

from services.currencies import CURRENCIES
from services.money import parse_money


def translated(address: QueryDict, locale: str) -> tuple[dict[str, str], list[str]]:
    """The address as the API reads it: a typed amount becomes minor units. And what is wrong with the amount."""
    given = {name: str(value) for name, value in address.items() if name not in {"page", "budget"}}
    typed = str(address.get("budget", "")).strip()
    if not typed:
        given.pop("currency", None)
        return given, []
    currency = given.setdefault("currency", "EUR").upper()
    if currency not in CURRENCIES:
        return given, []  # the form says so
    try:
        given["min_budget"] = str(parse_money(typed[:40], currency, locale))
    except ValidationError as error:
        return given, list(error.messages)
    return given, []
