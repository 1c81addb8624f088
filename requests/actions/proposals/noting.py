"""The client's private note on a proposal."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Member
from marketplace.errors import InvalidInput
from marketplace.validators import clean_text
from requests.actions.proposals.common import lock_for, note
from requests.models import Proposal, Side
from services.rules.changes import note_problem

NOTE = 2000


@transaction.atomic
def set_client_note(*, actor: Member, proposal: Proposal, text: str, now: datetime) -> Proposal:
    """Keeps a note that only the client sees, whatever the proposal's state; empty removes it.

    Raises NotAllowed, InvalidInput.
    """
    locked = lock_for(Side.CLIENT, actor=actor, proposal=proposal)
    try:
        cleaned = clean_text(text, most=NOTE)
    except ValidationError as error:
        problems: dict[str, list] = {}  # type: ignore[type-arg]
        note_problem(problems, "client_note", error)
        raise InvalidInput(fields=problems) from None
    if cleaned != locked.client_note:
        locked.client_note = cleaned
        locked.save(update_fields=["client_note"])
        note("noted", locked, actor=actor, now=now)
    return locked
