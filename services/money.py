"""Money: amounts in minor units, written in the reader's locale and read from what people type."""

import re
import unicodedata
from copy import copy
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_name, get_decimal_symbol, get_territory_currencies
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from services.currencies import CURRENCIES, digits
from services.exchange import to_eur

__all__ = [
    "CURRENCIES",
    "MAX_MINOR",
    "currency_choices",
    "digits",
    "editable",
    "format_money",
    "parse_money",
    "plain",
    "to_eur",
    "usual_currency",
]

MAX_MINOR: Final = 10**12
"""Largest amount that a price or budget may have, in minor units."""
GROUPS: Final = re.compile(r"\d{1,3}([.,]\d{2,3})*[.,]\d{3}")

TOUCHING: Final = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
"""Where letters and digits touch, as in ``KWD5``: CLDR wants a space there, which Babel leaves out."""


@lru_cache(maxsize=256)
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@lru_cache(maxsize=16_384)
def format_money(minor: int, currency: str, locale: str = "en") -> str:
    """The amount as the locale writes it: ``€1,234.50`` (en), ``1.234,50 €`` (de). Whole amounts have no decimals."""
    places = digits(currency)
    amount = Decimal(minor).scaleb(-places)
    shown = 0 if amount == amount.to_integral_value() else places
    parsed = _locale(locale)
    pattern = copy(parsed.currency_formats["standard"])
    pattern.frac_prec = (shown, shown)
    text: str = pattern.apply(amount, parsed, currency=currency, currency_digits=False)
    return TOUCHING.sub("\u00a0", text)


def plain(minor: int | None, currency: str) -> str:
    """The amount as a number for machines: ``1234.50``; empty for None."""
    return "" if minor is None else f"{Decimal(minor).scaleb(-digits(currency)):f}"


def editable(minor: int | None, currency: str, locale: str = "en") -> str:
    """The amount as ``parse_money`` reads it in the same locale: ``1234,50`` (de); empty for None."""
    if minor is None:
        return ""
    whole, _point, fraction = plain(minor, currency).partition(".")
    return f"{whole}{get_decimal_symbol(_locale(locale))}{fraction}" if fraction.strip("0") else whole


@lru_cache(maxsize=16)
def currency_choices(locale: str = "en") -> list[tuple[str, str]]:
    """Codes and labels such as ``EUR – Euro``, by code."""
    return [(code, f"{code} – {get_currency_name(code, locale=_locale(locale))}") for code in sorted(CURRENCIES)]


def usual_currency(country: str) -> str:
    """The currency that people in the country use; the euro where that is unknown."""
    used = get_territory_currencies(country) if country else []
    return next((code for code in used if code in CURRENCIES), "EUR")


def parse_money(text: str, currency: str, locale: str = "en") -> int:
    """Minor units of an amount that a person typed: ``1,234.50``, ``1.234,50``, ``1 234``, ``1'234.5``, ``٤٥``.

    Where both signs occur the last one is the decimal sign; one that is followed by exactly three digits separates
    thousands, unless the currency has three decimals and the locale writes decimals so. Raises ValidationError with the
    code ``not_an_amount``, ``negative``, ``too_many_decimals`` or ``too_large``.
    """
    number = _ascii_number(text)
    if number.startswith("-"):
        raise ValidationError(_("An amount cannot be negative."), code="negative")
    whole, _sign, fraction = _split(number, currency, locale)
    if not re.fullmatch(r"[0-9]+", whole + fraction):
        raise ValidationError(_("Write the amount in digits, such as 1,234.50."), code="not_an_amount")
    places = digits(currency)
    if len(fraction.rstrip("0")) > places:
        message = _("%(currency)s has at most %(count)d decimals.")
        raise ValidationError(message, code="too_many_decimals", params={"currency": currency, "count": places})
    minor = int((whole or "0")[:30] + fraction[:places].ljust(places, "0"))
    if len(whole) > 30 or minor > MAX_MINOR:
        raise ValidationError(_("This amount is too large."), code="too_large")
    return minor


def _ascii_number(text: str) -> str:
    """``text`` with ASCII digits and signs, without space, apostrophes and currency signs around it."""
    kept = []
    for character in text:
        if character.isdecimal():
            kept.append(str(unicodedata.decimal(character)))
        elif character in "-−":
            kept.append("-")
        elif character in ",.٫٬":
            kept.append({"٫": ".", "٬": ","}.get(character, character))
        elif not (character.isspace() or character in "'’_" or unicodedata.category(character) in {"Sc", "Cf"}):
            kept.append("?")
    return "".join(kept)


def _split(number: str, currency: str, locale: str) -> tuple[str, str, str]:
    """Whole part, decimal sign and fraction, thousands' signs removed."""
    last = max(number.rfind("."), number.rfind(","))
    if last < 0:
        return number, "", ""
    sign = number[last]
    whole, fraction = number[:last], number[last + 1 :]
    other = "," if sign == "." else "."
    if other in whole:
        return (whole.replace(other, "") if GROUPS.fullmatch(whole) and sign not in whole else "?"), sign, fraction
    if GROUPS.fullmatch(number) and not whole.startswith("0") and not _is_decimal(sign, whole, currency, locale):
        return number.replace(sign, ""), "", ""
    return whole, sign, fraction


def _is_decimal(sign: str, whole: str, currency: str, locale: str) -> bool:
    return digits(currency) == 3 and sign not in whole and sign == get_decimal_symbol(_locale(locale))
