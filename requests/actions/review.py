"""Stopping and resuming proposals."""

from datetime import datetime

from django.db import transaction

from accounts.models import Member
from requests.actions.common import lock_request, note
from requests.models import RequestStatus, ServiceRequest
from requests.moves import illegal, require_move


@transaction.atomic
def start_review(*, actor: Member | None, request: ServiceRequest, now: datetime) -> ServiceRequest:
    """Takes no further proposals: the client wants none, or the cap is reached (no actor). Repeating it is harmless.

    Raises NotAllowed, IllegalMove.
    """
    return _move(actor, request, RequestStatus.IN_REVIEW, "in_review", now)


@transaction.atomic
def end_review(*, actor: Member | None, request: ServiceRequest, now: datetime) -> ServiceRequest:
    """Takes proposals again. Repeating it is harmless. Raises NotAllowed, IllegalMove."""
    locked = lock_request(request, actor=actor)
    if locked.status not in {RequestStatus.OPEN, RequestStatus.IN_REVIEW}:
        raise illegal(locked, RequestStatus.OPEN)
    return _move(actor, request, RequestStatus.OPEN, "taking_proposals", now)


def _move(actor: Member | None, request: ServiceRequest, to: RequestStatus, kind: str, now: datetime) -> ServiceRequest:
    request = lock_request(request, actor=actor)
    if request.status == to:
        return request
    require_move(request, to)
    request.status = to
    request.updated_at = now
    request.save(update_fields=["status", "updated_at"])
    note(kind, request, actor=actor, now=now)
    return request
