"""Rules for the three packages."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.validators import clean_line, clean_text
from services.rules import limits
from services.rules.numbers import between, price

TIERS = {"basic": _("Basic"), "standard": _("Standard"), "premium": _("Premium")}
"""Kinds of packages and their names, cheapest first."""


class Extra(TypedDict):
    """Something to add to a package, with its price in minor units."""

    name: str
    price: int


class Package(TypedDict):
    """One package as stored on a page; the price is in minor units of the page's currency."""

    tier: str
    name: str
    description: str
    price: int
    delivery_days: int | None
    revisions: int | None
    extras: list[Extra]


def packages(values: Sequence[Mapping[str, Any]]) -> list[Package]:
    """At most one package of each tier, in the order of the tiers, none cheaper than the one before."""
    if len(values) > len(TIERS):
        raise _problem("packages", _("There are three packages at most."), "too_many")
    cleaned = [_package(value, position) for position, value in enumerate(values)]
    tiers = [package["tier"] for package in cleaned]
    if len(set(tiers)) < len(tiers):
        raise _problem("packages", _("Each of basic, standard and premium can be there once."), "repeated")
    cleaned.sort(key=lambda package: list(TIERS).index(package["tier"]))
    for position, (cheaper, dearer) in enumerate(pairwise(cleaned), start=1):
        if dearer["price"] < cheaper["price"]:
            message = _("This package costs less than the one before it.")
            raise _problem(f"packages.{position}.price", message, "reversed")
    return cleaned


def _package(value: Mapping[str, Any], position: int) -> Package:
    here = f"packages.{position}"
    tier = value.get("tier") or list(TIERS)[position]
    if tier not in TIERS:
        raise _problem(f"{here}.tier", _("A package is basic, standard or premium."), "unknown_value")
    return Package(
        tier=tier,
        name=_clean(f"{here}.name", clean_line, value.get("name") or "", most=limits.PACKAGE_NAME),
        description=_clean(f"{here}.description", clean_text, value.get("description") or "", most=limits.PACKAGE_TEXT),
        price=_price(f"{here}.price", value.get("price")),
        delivery_days=_clean(f"{here}.delivery_days", between, value.get("delivery_days"), 1, limits.DELIVERY_DAYS),
        revisions=_clean(f"{here}.revisions", between, value.get("revisions"), 0, limits.REVISIONS),
        extras=_extras(here, value.get("extras") or ()),
    )


def _extras(here: str, values: Sequence[Mapping[str, Any]]) -> list[Extra]:
    if len(values) > limits.EXTRAS:
        raise _problem(f"{here}.extras", _("A package has at most 8 extras."), "too_many")
    return [_extra(f"{here}.extras.{position}", value) for position, value in enumerate(values)]


def _extra(here: str, value: Mapping[str, Any]) -> Extra:
    name = _clean(f"{here}.name", clean_line, value.get("name") or "", most=limits.PACKAGE_NAME)
    if not name:
        raise _problem(f"{here}.name", _("Name the extra."), "required")
    return Extra(name=name, price=_price(f"{here}.price", value.get("price")))


def _price(field: str, value: int | None) -> int:
    amount = _clean(field, price, value)
    if amount is None:
        raise _problem(field, _("Name the price."), "required")
    return int(amount)


def _clean(field: str, rule: Any, *values: Any, **options: Any) -> Any:
    """What the rule makes of the value; its complaint is put under the field's full name."""
    try:
        return rule(*values, **options)
    except ValidationError as problem:
        raise ValidationError({field: problem}) from None


def _problem(field: str, message: Any, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(message, code=code)})
