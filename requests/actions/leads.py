"""What providers do with the requests that they were told of."""

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.errors import IllegalMove, NotAllowed
from notifications.events import record
from requests.models import Match, MatchState
from requests.rules.reasons import read_reason


class DeclineReason(models.TextChoices):
    """Why a provider does not answer a request."""

    TOO_BUSY = "too_busy", _("I have no time")
    NOT_MY_WORK = "not_my_work", _("This is not what I do")
    BUDGET = "budget", _("The budget is too low")
    TOO_FAR = "too_far", _("It is too far away")
    TIMING = "timing", _("The time frame does not suit me")
    UNCLEAR = "unclear", _("The request is unclear")
    OTHER = "other", _("Another reason")


def mark_match_viewed(*, actor: Member, match: Match, now: datetime) -> None:
    """The provider has opened the request. Repeating it is harmless; anybody else's look changes nothing."""
    if match.page.member_id != actor.pk or match.state != MatchState.NOTIFIED:
        return
    with transaction.atomic():
        if Match.objects.filter(pk=match.pk, state=MatchState.NOTIFIED).update(state=MatchState.VIEWED, viewed_at=now):
            record(kind="match.viewed", actor=actor, subject_type="match", subject_id=match.pk, now=now)
            match.state, match.viewed_at = MatchState.VIEWED, now


@transaction.atomic
def decline_match(*, actor: Member, match: Match, reason: str, now: datetime) -> Match:
    """The provider does not want this request, for one of ``DeclineReason`` or for a reason in a line of her own.
    Repeating it is harmless; the first reason stays.

    Raises NotAllowed, InvalidInput, and IllegalMove after a proposal.
    """
    if match.page.member_id != actor.pk:
        raise NotAllowed
    code, words = read_reason(reason, DeclineReason)
    locked: Match = Match.objects.select_for_update(no_key=True).get(pk=match.pk)
    if locked.state == MatchState.DECLINED:
        return locked
    if locked.state == MatchState.PROPOSED:
        raise IllegalMove(_("You have made a proposal for this request. Withdraw it instead."))
    locked.state, locked.declined_at, locked.decline_reason = MatchState.DECLINED, now, code
    locked.save(update_fields=["state", "declined_at", "decline_reason"])
    data = {"request": str(locked.request_id), "reason": code, "words": words}
    record(kind="match.declined", actor=actor, subject_type="match", subject_id=locked.pk, now=now, data=data)
    return locked
