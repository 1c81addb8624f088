"""What all actions on a proposal share: the row locks, whose side the actor is on, the event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import Member
from marketplace.errors import NotAllowed
from notifications.events import record
from notifications.models import Event
from requests.models import Proposal, ServiceRequest, Side


def lock_proposal(proposal: Proposal) -> Proposal:
    """The proposal as it is now, with its page and its request; both rows are locked until the transaction ends.

    The request comes first, here and in every other action, so that no two of them ever wait for each other.
    """
    request = ServiceRequest.objects.select_for_update(no_key=True, of=("self",)).get(pk=proposal.request_id)
    locks = Proposal.objects.select_for_update(no_key=True, of=("self",)).select_related("page")
    locked: Proposal = locks.get(pk=proposal.pk)
    locked.request = request
    return locked


def side_of(member: Member, proposal: Proposal) -> Side:
    """The member's side of the proposal. Raises NotAllowed for everybody else."""
    if member.pk == proposal.request.client_id:
        return Side.CLIENT
    if member.pk == proposal.page.member_id:
        return Side.PROVIDER
    raise NotAllowed


def require_side(member: Member, proposal: Proposal, side: Side) -> None:
    """Raises NotAllowed unless the member is on this side of the proposal."""
    if side_of(member, proposal) != side:
        raise NotAllowed


def note(
    kind: str, proposal: Proposal, *, actor: Member | None, now: datetime, data: Mapping[str, Any] | None = None
) -> Event:
    """Records ``proposal.<kind>``; the event names the request too."""
    facts = {"request": str(proposal.request_id), **(data or {})}
    kind = f"proposal.{kind}"
    return record(kind=kind, actor=actor, subject_type="proposal", subject_id=proposal.pk, now=now, data=facts)
