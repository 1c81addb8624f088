"""Awarding, told from above: accepting a proposal calls this in its own transaction."""

from datetime import datetime

from django.db import transaction

from accounts.models import Member
from requests.actions.close import stop_clocks
from requests.actions.common import lock_request, note
from requests.actions.edit import start_clocks
from requests.models import RequestStatus, ServiceRequest
from requests.moves import illegal, require_move


@transaction.atomic
def award_request(*, actor: Member, request: ServiceRequest, now: datetime) -> ServiceRequest:
    """The client found somebody. Raises NotAllowed, and IllegalMove where it is awarded already."""
    request = lock_request(request, actor=actor)
    require_move(request, RequestStatus.AWARDED)
    request.status = RequestStatus.AWARDED
    request.updated_at = now
    stop_clocks(request)
    request.save()
    note("awarded", request, actor=actor, now=now)
    return request


@transaction.atomic
def unaward_request(*, actor: Member | None, request: ServiceRequest, now: datetime) -> ServiceRequest:
    """Back to open, where the engagement was cancelled before work began; the caller knows that it was.

    Raises NotAllowed, IllegalMove.
    """
    request = lock_request(request, actor=actor)
    if request.status != RequestStatus.AWARDED:
        raise illegal(request, RequestStatus.OPEN)
    request.status = RequestStatus.OPEN
    request.updated_at = now
    start_clocks(request, now=now)
    request.save()
    note("unawarded", request, actor=actor, now=now)
    return request
