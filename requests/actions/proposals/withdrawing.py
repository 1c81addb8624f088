"""Taking a proposal back."""

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from requests.actions.looking import look_on
from requests.actions.proposals.common import lock_for, note
from requests.actions.proposals.reasons import clean_reason, require_decidable
from requests.actions.room import settle_room
from requests.models import Match, MatchState, Proposal, ProposalStatus, Side


class WithdrawReason(models.TextChoices):
    """Why a provider takes her proposal back."""

    NO_TIME = "no_time", _("I have no time for it any more")
    TERMS = "terms", _("The terms do not suit me any more")
    MISTAKE = "mistake", _("I sent it by mistake")
    NO_ANSWER = "no_answer", _("I have waited too long for an answer")
    OTHER = "other", _("Another reason")


@transaction.atomic
def withdraw_proposal(*, actor: Member, proposal: Proposal, reason: str, now: datetime, words: str = "") -> Proposal:
    """The provider takes a standing proposal back; its place is free again, the client is told, and further providers
    are where there are too few proposals now. Repeating it is harmless.

    An accepted one is withdrawn only together with its engagement. Raises NotAllowed, IllegalMove, InvalidInput.
    """
    reason, words = clean_reason(reason, words, WithdrawReason)
    locked = lock_for(Side.PROVIDER, actor=actor, proposal=proposal)
    if locked.status == ProposalStatus.WITHDRAWN:
        return locked
    require_decidable(locked, ProposalStatus.WITHDRAWN)
    locked.status = ProposalStatus.WITHDRAWN
    locked.outcome_reason, locked.outcome_words = reason, words
    locked.decided_at = locked.updated_at = now
    locked.save()
    Match.objects.filter(request=locked.request, page=locked.page, state=MatchState.PROPOSED).update(
        state=MatchState.VIEWED
    )
    note("withdrawn", locked, actor=actor, now=now, data={"reason": reason})
    settle_room(locked.request, now=now)
    look_on(locked.request, now=now)
    locked.request.save()
    return locked
