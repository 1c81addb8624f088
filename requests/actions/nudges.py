"""Reminding those who keep others waiting. Each sweep claims its rows, so two of them never do the same twice."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import block_between
from notifications.events import record
from requests.actions.clocks import BATCH
from requests.actions.common import note
from requests.models import (
    Invitation,
    Match,
    MatchState,
    Proposal,
    ProposalStatus,
    RequestStatus,
    ServiceRequest,
    Side,
)
from requests.moves import ACTIVE


def nudge_idle_clients(*, now: datetime) -> int:
    """Tells clients of proposals that have waited for them since they last did anything; returns how many.

    The clock stops then; whatever the client or a provider does starts it again.
    """
    nudged = 0
    while claimed := _claim_idle(now):
        nudged += claimed[1]
    return nudged


@transaction.atomic
def _claim_idle(now: datetime) -> tuple[int, int] | None:
    """One batch: how many requests were due, and how many of their clients were told; None where none was due."""
    due = ServiceRequest.objects.select_for_update(skip_locked=True, no_key=True).filter(
        status__in=ACTIVE, nudge_client_at__lte=now
    )
    claimed = list(due.order_by("nudge_client_at")[:BATCH])
    if not claimed:
        return None
    waiting = _waiting([request.pk for request in claimed])
    for request in claimed:
        if request.pk in waiting:
            note("waiting", request, actor=None, now=now, data=waiting[request.pk])
    ServiceRequest.objects.filter(pk__in=[request.pk for request in claimed]).update(nudge_client_at=None)
    return len(claimed), len(waiting)


def _waiting(request_ids: list[UUID]) -> dict[UUID, dict[str, int]]:
    """How many proposals wait for the client, and how many of them she has not opened, by request."""
    undecided = Proposal.objects.standing().filter(request_id__in=request_ids, offered_by=Side.PROVIDER)
    counts = undecided.values("request_id").annotate(
        proposals=Count("id"), unviewed=Count("id", filter=Q(viewed_at=None))
    )
    return {row["request_id"]: {"proposals": row["proposals"], "unviewed": row["unviewed"]} for row in counts}


def nudge_invited(*, now: datetime) -> int:
    """Reminds providers who were asked in person and have neither answered nor declined, once; returns how many."""
    nudged = 0
    while claimed := _claim_invitations(now):
        nudged += claimed[1]
    return nudged


@transaction.atomic
def _claim_invitations(now: datetime) -> tuple[int, int] | None:
    due = Invitation.objects.select_for_update(skip_locked=True, no_key=True).filter(nudge_at__lte=now)
    claimed = list(due.order_by("nudge_at")[:BATCH])
    if not claimed:
        return None
    ids = [invitation.pk for invitation in claimed]
    unanswered = Invitation.objects.filter(is_unanswered(), pk__in=ids).select_related("page")
    for invitation in unanswered:
        data = {"request": str(invitation.request_id), "member": str(invitation.page.member_id)}
        record(
            kind="invitation.unanswered",
            actor=None,
            subject_type="request",
            subject_id=invitation.request_id,
            now=now,
            data=data,
        )
    Invitation.objects.filter(pk__in=ids).update(nudge_at=None)
    return len(claimed), len(unanswered)


def is_unanswered() -> Q:
    """Invitations to open requests that wait for their providers, without those whom a block keeps away."""
    proposed = Proposal.objects.filter(request=OuterRef("request"), page=OuterRef("page")).exclude(
        status=ProposalStatus.DRAFT
    )
    declined = Match.objects.filter(request=OuterRef("request"), page=OuterRef("page"), state=MatchState.DECLINED)
    parted = block_between("page__member", "request__client")
    return Q(~Exists(proposed), ~Exists(declined), ~parted, request__status=RequestStatus.OPEN)
