"""Turning what a client wants to put into a request into columns, or into a list of all that is wrong with it."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.errors import InvalidInput
from marketplace.validators import clean_line, clean_text
from requests.models import BudgetType, ServiceRequest, TimeFrame, Visibility
from requests.rules.answers import answers
from requests.rules.catalogue import service_of
from requests.rules.files import own_files
from requests.rules.invitations import invited_pages
from requests.rules.ordered import clean_order
from requests.rules.screening import screening
from services.models import WorkLocation
from services.money import MAX_MINOR
from services.rules import numbers, offers, place
from services.rules.changes import note_problem

Rule = Callable[[Any], Any]
TITLE: Final = 140
DETAILS: Final = 10_000

RULES: Mapping[str, Rule] = {
    "service": service_of,
    "title": partial(clean_line, most=TITLE),
    "details": partial(clean_text, most=DETAILS),
    "answers": dict,
    "budget_type": partial(numbers.one_of, choices=BudgetType.values),
    "budget_min": partial(numbers.between, least=0, most=MAX_MINOR),
    "budget_max": partial(numbers.between, least=1, most=MAX_MINOR),
    "currency": numbers.currency,
    "work_location": partial(numbers.one_of, choices=WorkLocation.values),
    "place": place.place,
    "radius_km": numbers.radius_km,
    "languages": offers.languages,
    "time_frame": lambda value: numbers.one_of(value, choices=TimeFrame.values) or TimeFrame.FLEXIBLE,
    "visibility": partial(numbers.one_of, choices=Visibility.values),
    "invited_pages": list,
    "screening": list,
    "order": lambda value: value or {},
    "attachments": list,
}
FIELDS = frozenset(RULES)
"""Names of everything that a client can put into a request, as in the API."""
MATERIAL = frozenset(
    {"service", "details", "answers", "budget_type", "budget_min", "budget_max", "currency", "work_location"}
    | {"country", "city", "latitude", "longitude", "radius_km", "time_frame", "screening", "attachments"}
)
"""Attributes whose change those who know the request are told of."""
DECIDES_WHO = frozenset(
    {"service", "budget_type", "budget_max", "currency", "work_location", "latitude", "longitude", "radius_km"}
    | {"languages"}
)
"""Attributes by which matching tells who fits (``services.search.eligibility``)."""


def clean_changes(changes: Mapping[str, Any], *, request: ServiceRequest, today: date) -> dict[str, Any]:
    """The changes as attributes of the request; ``invited_pages`` as a list of pages.

    What is not in ``changes`` stays as it is. Raises InvalidInput that names every wrong field.
    """
    values: dict[str, Any] = {}
    problems: dict[str, Any] = {}
    for field, value in changes.items():
        try:
            cleaned = RULES[field](value)
        except ValidationError as error:
            note_problem(problems, field, error)
        else:
            values.update(cleaned if field == "place" else {field: cleaned})
    service = values.get("service") or (request.service if request.service_id else None)
    if "answers" in values and service is not None:
        _apply(values, problems, "answers", partial(answers, service=service, today=today, kept=request.answers))
    if "invited_pages" in values:
        _apply(values, problems, "invited_pages", partial(invited_pages, client_id=request.client_id))
    if "order" in values:
        _apply(values, problems, "order", partial(clean_order, kept=request.order))
    if "screening" in values:
        _apply(values, problems, "screening", partial(screening, kept=request.screening))
    if "attachments" in values:
        kept = None if request._state.adding else request.attachments
        _apply(values, problems, "attachments", partial(own_files, uploader_id=request.client_id, kept=kept))
    for field, contradiction in _contradictions(values, request):
        if field not in problems:
            note_problem(problems, field, contradiction)
    if problems:
        raise InvalidInput(fields=problems)
    return _consistent(values, request)


def _apply(values: dict[str, Any], problems: dict[str, Any], field: str, rule: Rule) -> None:
    try:
        values[field] = rule(values[field])
    except ValidationError as error:
        note_problem(problems, field, error)


def _contradictions(values: Mapping[str, Any], request: ServiceRequest) -> list[tuple[str, ValidationError]]:
    def present(name: str) -> Any:
        return values.get(name, getattr(request, name))

    found = []
    low, high = present("budget_min"), present("budget_max")
    if low is not None and high is not None and low > high:
        message = _("The lower end of the budget is above its upper end.")
        found.append(("budget_min", ValidationError(message, code="reversed")))
    if (low is not None or high is not None) and not present("currency"):
        found.append(("currency", ValidationError(_("Choose a currency."), code="required")))
    return found


def _consistent(values: dict[str, Any], request: ServiceRequest) -> dict[str, Any]:
    """Drops what other values make meaningless: answers to another service's questions, a radius for remote work."""
    service = values.get("service")
    if service is not None and service.pk != request.service_id and "answers" not in values:
        values["answers"] = {}
    if values.get("work_location", request.work_location) == WorkLocation.REMOTE:
        values["radius_km"] = None
    return values
