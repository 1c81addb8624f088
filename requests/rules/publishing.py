"""What a request needs before providers may see it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.errors import FieldProblem, InvalidInput
from requests.models import ServiceRequest, Visibility
from requests.rules.answers import missing_answers
from services.models import WorkLocation


class IncompleteRequest(InvalidInput):
    """The request cannot be published yet; ``fields`` says what is missing."""

    code = "incomplete"
    message = _("This request is not complete yet.")


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that has to be filled in, and what to do about it."""

    field: str
    message: Promise


def missing_for_publishing(request: ServiceRequest, *, invited: int, require_answers: bool) -> list[Missing]:
    """What is still to be filled in; empty where the request can be published. ``invited`` counts invited pages."""
    return list(_missing(request, invited, require_answers))


def require_publishable(request: ServiceRequest, *, invited: int, require_answers: bool) -> None:
    """Raises IncompleteRequest unless the request can be published."""
    fields: dict[str, list[FieldProblem]] = {
        missing.field: [{"code": "required", "message": str(missing.message)}]
        for missing in _missing(request, invited, require_answers)
    }
    if fields:
        raise IncompleteRequest(fields=fields)


def _missing(request: ServiceRequest, invited: int, require_answers: bool) -> Iterator[Missing]:
    if not request.title:
        yield Missing("title", _("Give your request a title."))
    if not request.details:
        yield Missing("details", _("Describe what you need."))
    if not request.budget_type:
        yield Missing("budget_type", _("Say how you think of the price."))
    if not request.work_location:
        yield Missing("work_location", _("Say where the work is done."))
    elif request.work_location != WorkLocation.REMOTE and request.latitude is None:
        yield Missing("place", _("Name the town where the work is done."))
    if request.visibility == Visibility.INVITED and not invited:
        yield Missing("invited_pages", _("Choose whom you ask."))
    if require_answers and request.service_id:
        for question in missing_answers(request.service, request.answers):
            yield Missing(f"answers.{question.key}", _("Please answer this question."))
