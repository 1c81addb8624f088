"""What may stand in a proposal: turning what somebody writes into columns, or into a list of all that is wrong."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.errors import FieldProblem, InvalidInput
from marketplace.validators import clean_text
from requests.models import PriceType, Proposal
from requests.rules.files import own_files
from requests.rules.screening import missing_screening, screening_answers
from services.rules import numbers
from services.rules.changes import note_problem

Rule = Callable[[Any], Any]
SCOPE: Final = 10_000
DAYS: Final = 730
TERMS: Final = ("price_type", "amount", "currency", "days", "scope")
"""What the two sides negotiate, by the names that ``Proposal`` and ``ProposalTerms`` share."""
FIELDS: Final = frozenset({*TERMS, "answers", "ai_assisted", "attachments"})
"""Names of everything that a provider can put into a proposal, as in the API."""
RULES: Mapping[str, Rule] = {
    "price_type": partial(numbers.one_of, choices=PriceType.values),
    "amount": numbers.price,
    "currency": numbers.currency,
    "days": partial(numbers.between, least=1, most=DAYS),
    "scope": partial(clean_text, most=SCOPE),
    "ai_assisted": bool,
}
Problems = dict[str, list[FieldProblem]]


def clean_offer(values: Mapping[str, Any], *, proposal: Proposal) -> tuple[dict[str, Any], Problems]:
    """The values as attributes of the proposal, and what is wrong with the others, by field.

    ``attachments`` are a list of files that the provider uploaded. What is not in ``values`` stays as it is.
    """
    kept = None if proposal._state.adding else proposal.attachments
    rules: dict[str, Rule] = {
        **RULES,
        "answers": partial(screening_answers, questions=proposal.request.screening),
        "attachments": partial(own_files, uploader_id=proposal.page.member_id, kept=kept),
    }
    cleaned: dict[str, Any] = {}
    problems: Problems = {}
    for field, value in values.items():
        try:
            cleaned["is_ai_assisted" if field == "ai_assisted" else field] = rules[field](value)
        except ValidationError as error:
            note_problem(problems, field, error)
    return cleaned, problems


def require_clean(values: Mapping[str, Any], *, proposal: Proposal) -> dict[str, Any]:
    """``clean_offer``; raises InvalidInput that names every wrong field."""
    cleaned, problems = clean_offer(values, proposal=proposal)
    if problems:
        raise InvalidInput(fields=problems)
    return cleaned


def require_complete(proposal: Proposal) -> None:
    """Raises InvalidInput that names everything that is missing before the client may see the proposal."""
    fields = _missing_terms(proposal)
    for question in missing_screening(proposal.request.screening, proposal.answers):
        message = str(_("The client asks everybody to answer this."))
        fields[f"answers.{question['key']}"] = [{"code": "required", "message": message}]
    _require_none(fields)


def require_terms(proposal: Proposal) -> None:
    """Raises InvalidInput that names the terms that are missing. Answers are not asked of a side that negotiates."""
    _require_none(_missing_terms(proposal))


def _missing_terms(proposal: Proposal) -> Problems:
    wanted = {
        "price_type": _("Say whether the price is fixed or by the hour."),
        "amount": _("Name your price."),
        "currency": _("Choose a currency."),
        "scope": _("Say what you will do for this price."),
    }
    return {
        name: [{"code": "required", "message": str(message)}]
        for name, message in wanted.items()
        if not getattr(proposal, name)
    }


def _require_none(missing: Problems) -> None:
    if missing:
        raise InvalidInput(_("This proposal is not complete yet."), code="incomplete", fields=missing)
