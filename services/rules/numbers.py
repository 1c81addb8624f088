"""Rules for numbers, dates and words out of a list."""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from services.currencies import CURRENCIES
from services.money import MAX_MINOR
from services.rules import limits


def between(value: int | None, least: int, most: int) -> int | None:
    """A whole number within both bounds; None stays None."""
    if value is None:
        return None
    if value < 0 <= least:
        raise ValidationError(_("This cannot be negative."), code="negative")
    if value < least:
        raise ValidationError(_("This must be at least %(least)d."), code="min_value", params={"least": least})
    if value > most:
        raise ValidationError(_("This can be at most %(most)d."), code="max_value", params={"most": most})
    return value


def price(value: int | None) -> int | None:
    """A price in minor units, above zero."""
    return between(value, 1, MAX_MINOR)


def radius_km(value: int | None) -> int | None:
    """How far a provider goes."""
    return between(value, 1, limits.RADIUS_KM)


def hours_per_week(value: int | None) -> int | None:
    """How much a provider can work."""
    return between(value, 1, limits.HOURS_PER_WEEK)


def daily_leads(value: int | None) -> int | None:
    """How many requests a day a provider wants to be told of at most."""
    return between(value, 1, limits.DAILY_LEADS)


def available_from(value: date | None, *, today: date, kept: date | None = None) -> date | None:
    """Not in the past, unless it is ``kept`` as it was."""
    if value is not None and value != kept and value < today:
        raise ValidationError(_("This day has passed."), code="past")
    return value


def currency(value: str) -> str:
    """A currency of ISO 4217, or none."""
    code = value.strip().upper()
    if code and code not in CURRENCIES:
        message = _("“%(code)s” is not a currency code of ISO 4217.")
        raise ValidationError(message, code="unknown_currency", params={"code": value[:20]})
    return code


def one_of(value: str, choices: Collection[str]) -> str:
    """One of ``choices``, or nothing."""
    if value and value not in choices:
        message = _("“%(value)s” is none of %(choices)s.")
        raise ValidationError(
            message, code="unknown_value", params={"value": value[:40], "choices": ", ".join(choices)}
        )
    return value
