"""Why somebody declines or closes: out of a list, or in words of their own."""

from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from marketplace.errors import FieldProblem, InvalidInput
from marketplace.validators import clean_line
from services.rules.changes import note_problem

MOST = 300
Codes = TypeVar("Codes", bound=TextChoices)


def read_reason(given: str, codes: type[Codes]) -> tuple[Codes, str]:
    """The code among ``codes``, and the words where ``given`` is none of them: those count as ``codes("other")``.

    Raises InvalidInput where there is no reason, or one of more than 300 characters.
    """
    problems: dict[str, list[FieldProblem]] = {}
    try:
        words = clean_line(given, most=MOST)
        if not words:
            raise ValidationError(_("Please say why."), code="required")
    except ValidationError as error:
        note_problem(problems, "reason", error)
        raise InvalidInput(fields=problems) from None
    return (codes(words), "") if words in codes.values else (codes("other"), words)
