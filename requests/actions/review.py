"""Stopping and resuming proposals."""

from datetime import datetime

from django.db import transaction

from accounts.models import Member
from requests.actions.common import lock_request, note
from requests.actions.return_to_board import note_return
from requests.actions.room import make_room
from requests.models import RequestStatus, ReviewReason, ServiceRequest
from requests.moves import illegal, require_move


@transaction.atomic
def start_review(*, actor: Member | None, request: ServiceRequest, now: datetime) -> ServiceRequest:
    """Takes no further proposals: the client wants none, or the site itself says so (no actor). Repeating it is
    harmless; what the client wants outlasts a place that becomes free.

    Raises NotAllowed, IllegalMove.
    """
    request = lock_request(request, actor=actor)
    reason = ReviewReason.CLIENT if actor is not None else ReviewReason.CAP
    if request.status == RequestStatus.IN_REVIEW and reason in (request.review_reason, ReviewReason.CAP):
        return request
    if request.status != RequestStatus.IN_REVIEW:
        require_move(request, RequestStatus.IN_REVIEW)
    request.status, request.review_reason = RequestStatus.IN_REVIEW, reason
    request.updated_at = now
    request.save(update_fields=["status", "review_reason", "updated_at"])
    note("in_review", request, actor=actor, now=now, data={"reason": reason})
    return request


@transaction.atomic
def end_review(*, actor: Member | None, request: ServiceRequest, now: datetime) -> ServiceRequest:
    """Takes proposals again; a full request takes as many again. Repeating it is harmless.

    Raises NotAllowed, IllegalMove.
    """
    request = lock_request(request, actor=actor)
    if request.status == RequestStatus.OPEN:
        return request
    if request.status != RequestStatus.IN_REVIEW:
        raise illegal(request, RequestStatus.OPEN)
    request.status, request.review_reason = RequestStatus.OPEN, ""
    request.updated_at = now
    make_room(request)
    note_return(request, now=now)
    request.save(update_fields=["status", "review_reason", "proposal_cap", "back_on_board_at", "updated_at"])
    note("taking_proposals", request, actor=actor, now=now)
    return request
