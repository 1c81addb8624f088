"""What happens by itself: reminders and expiry. Each sweep claims its rows, so two of them never do the same twice."""

from datetime import datetime

from django.db import transaction

from accounts.models import Member
from requests.actions.activity import CLOCKS, keep_alive
from requests.actions.common import lock_request, note
from requests.actions.proposals.outcomes import turn_down_standing
from requests.models import NotChosenReason, RequestStatus, ServiceRequest
from requests.moves import ACTIVE, require_move

BATCH = 200
"""Rows that one transaction claims."""


@transaction.atomic
def renew_request(*, actor: Member, request: ServiceRequest, now: datetime) -> ServiceRequest:
    """The client still looks for somebody: the clocks start again. Raises NotAllowed, IllegalMove."""
    request = lock_request(request, actor=actor)
    if request.status not in ACTIVE:
        require_move(request, RequestStatus.EXPIRED)
    keep_alive(request, now=now, by_client=True)
    request.updated_at = now
    request.save(update_fields=[*CLOCKS, "updated_at"])
    note("renewed", request, actor=actor, now=now)
    return request


def expire_due(*, now: datetime) -> int:
    """Expires the active requests whose time is over; returns how many."""
    expired = 0
    while count := _expire_batch(now):
        expired += count
    return expired


@transaction.atomic
def _expire_batch(now: datetime) -> int:
    due = ServiceRequest.objects.select_for_update(skip_locked=True, no_key=True).filter(
        status__in=ACTIVE, expires_at__lte=now
    )
    claimed = list(due.order_by("expires_at")[:BATCH])
    ids = [request.pk for request in claimed]
    told = turn_down_standing(ids, reason=NotChosenReason.REQUEST_EXPIRED, now=now)
    for request in claimed:
        note("expired", request, actor=None, now=now, data={"not_chosen": told[request.pk]})
    ended = dict.fromkeys(["expires_at", "remind_at", "next_wave_at", "nudge_client_at"])
    ServiceRequest.objects.filter(pk__in=ids).update(
        status=RequestStatus.EXPIRED, closed_at=now, updated_at=now, **ended
    )
    return len(claimed)


def remind_due(*, now: datetime) -> int:
    """Reminds the clients of active requests that expire soon, once each; returns how many."""
    reminded = 0
    while count := _remind_batch(now):
        reminded += count
    return reminded


@transaction.atomic
def _remind_batch(now: datetime) -> int:
    due = ServiceRequest.objects.select_for_update(skip_locked=True, no_key=True).filter(
        status__in=ACTIVE, remind_at__lte=now
    )
    claimed = list(due.order_by("remind_at")[:BATCH])
    for request in claimed:
        note("expiring_soon", request, actor=None, now=now)
    ServiceRequest.objects.filter(pk__in=[request.pk for request in claimed]).update(remind_at=None)
    return len(claimed)
