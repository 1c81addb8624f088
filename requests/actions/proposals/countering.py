"""Counter-offers: either side names other terms, and the other side may accept them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.errors import IllegalMove, InvalidInput
from marketplace.validators import clean_text
from requests.actions.activity import CLOCKS, keep_alive
from requests.actions.proposals.common import (
    lock_proposal,
    note,
    require_standing,
    require_version,
    side_of,
    write_terms,
)
from requests.models import Proposal, Side
from requests.rules.eligibility import require_not_blocked
from requests.rules.offers import TERMS, require_clean, require_terms
from services.rules.changes import note_problem

SAID: Final = 1000


@transaction.atomic
def counter_proposal(
    *,
    actor: Member,
    proposal: Proposal,
    terms: Mapping[str, Any],
    now: datetime,
    said: str = "",
    version: int | None = None,
) -> Proposal:
    """The actor's side names other terms; what ``terms`` leaves out stays as it is. The other side is told.

    ``said`` is a short word to it; ``version`` that of the proposal as the actor saw it. Raises NotAllowed,
    IllegalMove, StaleTerms, InvalidInput (also where the terms are those that stand).
    """
    locked = lock_proposal(proposal)
    side = side_of(actor, locked)
    require_standing(locked)
    require_version(locked, version)
    require_not_blocked(locked.page, locked.request)
    cleaned = require_clean({name: value for name, value in terms.items() if name in TERMS}, proposal=locked)
    said = _clean_said(said)
    if all(getattr(locked, name) == value for name, value in cleaned.items()):
        message = _("These are the terms that stand. Name others, or accept them.")
        raise InvalidInput(message, code="unchanged")
    is_answer = locked.offered_by != side
    _put(locked, cleaned)
    require_terms(locked)
    write_terms(locked, side=side, now=now, said=said)
    _save(locked, side=side, now=now)
    kind = "countered" if is_answer or side == Side.CLIENT else "revised"
    note(kind, locked, actor=actor, now=now, data={"by": side})
    return locked


@transaction.atomic
def take_back_counter(*, actor: Member, proposal: Proposal, now: datetime) -> Proposal:
    """The actor's side takes its counter-offer back: the other side's last terms stand again, and it is told.

    Raises NotAllowed, and IllegalMove where the actor's side has no counter-offer.
    """
    locked = lock_proposal(proposal)
    side = side_of(actor, locked)
    require_standing(locked)
    before = locked.terms.exclude(offered_by=side).order_by("-number").first()
    if locked.offered_by != side or before is None:
        raise IllegalMove(_("There is no counter-offer of yours to take back."))
    _put(locked, {name: getattr(before, name) for name in TERMS})
    write_terms(locked, side=Side(before.offered_by), now=now, is_restored=True)
    _save(locked, side=side, now=now)
    note("counter_taken_back", locked, actor=actor, now=now, data={"by": side})
    return locked


def _clean_said(said: str) -> str:
    try:
        return clean_text(said, most=SAID)
    except ValidationError as error:
        problems: dict[str, Any] = {}
        note_problem(problems, "note", error)
        raise InvalidInput(fields=problems) from None


def _put(proposal: Proposal, terms: Mapping[str, Any]) -> None:
    for name, value in terms.items():
        setattr(proposal, name, value)


def _save(proposal: Proposal, *, side: Side, now: datetime) -> None:
    if side == Side.CLIENT:
        proposal.viewed_at = proposal.viewed_at or now
    proposal.save()
    keep_alive(proposal.request, now=now, by_client=side == Side.CLIENT)
    proposal.request.save(update_fields=CLOCKS)
