"""Closing."""

from datetime import datetime

from django.db import transaction

from accounts.models import Member
from requests.actions.common import lock_request, note
from requests.actions.proposals.outcomes import turn_down_standing
from requests.models import CloseReason, RequestStatus, ServiceRequest
from requests.moves import require_move
from requests.rules.reasons import read_reason


@transaction.atomic
def close_request(*, actor: Member, request: ServiceRequest, reason: str, now: datetime) -> ServiceRequest:
    """Ends the search, for a reason that those who know the request are told: one of ``CloseReason``, or a line of the
    client's own. Standing proposals are not chosen. Repeating it is harmless.

    Raises NotAllowed, IllegalMove, InvalidInput.
    """
    code, words = read_reason(reason, CloseReason)
    request = lock_request(request, actor=actor)
    if request.status == RequestStatus.CLOSED:
        return request
    require_move(request, RequestStatus.CLOSED)
    request.status = RequestStatus.CLOSED
    request.close_reason = code
    request.closed_at = request.updated_at = now
    stop_clocks(request)
    request.save()
    told = turn_down_standing([request.pk], reason=code, words=words, now=now)[request.pk]
    note("closed", request, actor=actor, now=now, data={"reason": code, "words": words, "not_chosen": told})
    return request


def stop_clocks(request: ServiceRequest) -> None:
    """Sets, without saving, that nothing more is due."""
    request.expires_at = request.remind_at = request.next_wave_at = request.nudge_client_at = None
