"""Cancelling."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from engagements.actions.common import lock_engagement, note, side_of
from engagements.models import CancelReason, Engagement, EngagementStatus
from engagements.moves import require_move
from marketplace.errors import IllegalMove, InvalidInput
from requests.actions import unaward_request


@transaction.atomic
def cancel_engagement(
    *, actor: Member, engagement: Engagement, reason: str, words: str = "", now: datetime
) -> Engagement:
    """Ends an engagement before it is completed, for a reason that the other side is told. Repeating it is harmless.

    Before work began the request opens again and its other proposals stand again. Later the request stays awarded: the
    client may post it anew. While one side waits for the other to confirm completion, that has to be answered first.
    Raises NotAllowed, IllegalMove, InvalidInput.
    """
    if reason not in CancelReason.values:
        message = str(_("Choose one of: %(choices)s.") % {"choices": ", ".join(CancelReason.values)})
        raise InvalidInput(fields={"reason": [{"code": "unknown_value", "message": message}]})
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
    engagement.cancel_reason, engagement.cancel_words = reason, words
    engagement.save()
    data = {"by": side, "reason": reason, "words": words, "had_begun": had_begun}
    note("cancelled", engagement, actor=actor, now=now, data=data)
    if not had_begun:
        engagement.request = unaward_request(actor=actor, request=engagement.request, now=now)
    return engagement
