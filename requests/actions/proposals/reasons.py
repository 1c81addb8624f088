"""Reasons out of a list, with somebody's own words beside them."""

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from marketplace.errors import FieldProblem, IllegalMove, InvalidInput
from marketplace.validators import clean_text
from requests.models import Proposal, ProposalStatus
from requests.proposal_moves import require_move
from requests.rules.reasons import read_reason
from services.rules.changes import note_problem

WORDS = 500


def clean_reason(reason: str, words: str, codes: type[TextChoices]) -> tuple[str, str]:
    """The code and the words as they are stored. A reason that is no code counts as ``other``, in words of one's own.

    Raises InvalidInput where there is none, and for too many words.
    """
    code, own = read_reason(reason, codes)
    problems: dict[str, list[FieldProblem]] = {}
    try:
        words = clean_text("\n".join(part for part in (own, words) if part), most=WORDS)
    except ValidationError as error:
        note_problem(problems, "words", error)
        raise InvalidInput(fields=problems) from None
    return code.value, words


def require_decidable(proposal: Proposal, to: ProposalStatus) -> None:
    """Raises IllegalMove unless the proposal may become this without its engagement being cancelled."""
    if proposal.status == ProposalStatus.ACCEPTED:
        raise IllegalMove(_("This proposal was accepted. Cancel the work instead."))
    require_move(proposal, to)
