"""Cancelling."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from engagements.actions.common import lock_engagement, note, side_of
from engagements.models import CancelReason, Engagement, EngagementStatus
from engagements.moves import require_move
from marketplace.errors import IllegalMove
from requests.actions import unaward_request
from requests.rules.reasons import read_reason


@transaction.atomic
def cancel_engagement(
    *, actor: Member, engagement: Engagement, reason: str, words: str = "", now: datetime
) -> Engagement:
    """Ends an engagement before it is completed, for a reason that the other side is told. Repeating it is harmless.

    ``reason`` is one of the list, or words of one's own, which count as another reason.

    Before work began the request opens again and its other proposals stand again. Later the request stays awarded: the
    client may post it anew. While one side waits for the other to confirm completion, that has to be answered first.
    Raises NotAllowed, IllegalMove, InvalidInput.
    """
    code, own_words = read_reason(reason, CancelReason)
    engagement = lock_engagement(engagement)
    side = side_of(actor, engagement)
    if engagement.status == EngagementStatus.CANCELLED:
        return engagement
    require_move(engagement, EngagementStatus.CANCELLED)
    if engagement.waits_for_confirmation:
        raise IllegalMove(_("The work was marked completed. Confirm that, or say that it is not, before you cancel."))
    had_begun = engagement.status == EngagementStatus.UNDER_WAY
    engagement.status = EngagementStatus.CANCELLED
    engagement.cancelled_at, engagement.cancelled_by = now, side
    engagement.cancel_reason, engagement.cancel_words = code, words or own_words
    engagement.save()
    data = {"by": side, "reason": code, "words": engagement.cancel_words, "had_begun": had_begun}
    note("cancelled", engagement, actor=actor, now=now, data=data)
    if not had_begun:
        engagement.request = unaward_request(actor=actor, request=engagement.request, now=now)
    return engagement
