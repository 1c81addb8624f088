"""Turning what somebody wants to change on a page into columns, or into a list of everything that is wrong with it."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from marketplace.errors import FieldProblem, InvalidInput
from services.models import Pricing, ServicePage, WorkLocation
from services.rules import numbers, offers, packages, place, texts

Rule = Callable[[Any], Any]

RULES: Mapping[str, Rule] = {
    "title": texts.title,
    "about": texts.about,
    "services": offers.services,
    "skills": texts.skills,
    "languages": offers.languages,
    "work_location": partial(numbers.one_of, choices=WorkLocation.values),
    "place": place.place,
    "radius_km": numbers.radius_km,
    "pricing": partial(numbers.one_of, choices=Pricing.values),
    "rate": numbers.price,
    "currency": numbers.currency,
    "packages": packages.packages,
    "hours_per_week": numbers.hours_per_week,
    "available_from": partial(numbers.available_from, today=date.min),
    "taking_work": bool,
    "daily_leads": numbers.daily_leads,
}
FIELDS = frozenset(RULES)
"""Names of everything that can be changed on a page, as in the API."""


def clean_changes(
    changes: Mapping[str, Any], *, page: ServicePage, offered: Collection[str] = (), today: date
) -> dict[str, Any]:
    """The changes as attributes of the page; ``services`` as a list of rows of the catalogue.

    ``offered`` are the slugs of the services that the page offers now. What is not in ``changes`` stays as it is on the
    page. Raises InvalidInput that names every wrong field.
    """
    rules: dict[str, Rule] = {
        **RULES,
        "available_from": partial(numbers.available_from, today=today, kept=page.available_from),
        "services": partial(offers.services, kept=offered),
    }
    values: dict[str, Any] = {}
    problems: dict[str, list[FieldProblem]] = {}
    for field, value in changes.items():
        try:
            cleaned = rules[field](value)
        except ValidationError as error:
            note_problem(problems, field, error)
        else:
            values.update(cleaned if field == "place" else {field: cleaned})
    if problems:
        raise InvalidInput(fields=problems)
    return _consistent(values, page)


def note_problem(problems: dict[str, list[FieldProblem]], field: str, error: ValidationError) -> None:
    """Adds what an error of Django says, under the names of its fields, or of ``field`` where it names none."""
    found = error.error_dict if hasattr(error, "error_dict") else {field: error.error_list}
    for name, errors in found.items():
        for one in errors:
            problems.setdefault(name, []).append({"code": one.code or "invalid", "message": one.messages[0]})


def _consistent(values: dict[str, Any], page: ServicePage) -> dict[str, Any]:
    """Adds what follows from the changes: the rate of packages, no rate without a price, no radius for remote work."""

    def present(name: str) -> Any:
        return values.get(name, getattr(page, name))

    pricing = present("pricing")
    if pricing == Pricing.PACKAGES:
        values["rate"] = min((package["price"] for package in present("packages")), default=None)
    elif pricing == Pricing.CONTACT or (pricing != page.pricing and "rate" not in values):
        # The rate of another way of pricing means something else: a price for a package is no hourly rate.
        values["rate"] = None
    if present("work_location") == WorkLocation.REMOTE:
        values["radius_km"] = None
    if present("rate") is not None and not present("currency"):
        raise InvalidInput(fields={"currency": [{"code": "required", "message": str(_("Choose a currency."))}]})
    return values
