"""What all actions on a request share: the row lock, the permission, the event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import Member
from marketplace.errors import NotAllowed
from notifications.events import Fact, record_all
from notifications.models import Event
from requests.models import ServiceRequest


def lock_request(request: ServiceRequest, *, actor: Member | None) -> ServiceRequest:
    """The request as it is now, locked until the transaction ends.

    Without an actor the site itself acts. Raises NotAllowed unless the request is the actor's own, or the actor is
    staff who may change requests in the admin.
    """
    if actor is not None:
        require_owner(request, actor)
    # No key update: other tables may go on referring to the request.
    locked: ServiceRequest = ServiceRequest.objects.select_for_update(no_key=True, of=("self",)).get(pk=request.pk)
    return locked


def require_owner(request: ServiceRequest, actor: Member) -> None:
    """Raises NotAllowed unless the request is the actor's own, or the actor is staff who may change requests."""
    if request.client_id != actor.pk and not _may_change_any(actor):
        raise NotAllowed


def _may_change_any(actor: Member) -> bool:
    return actor.is_staff and actor.has_perm("requests.change_servicerequest")


def note(
    kind: str,
    request: ServiceRequest,
    *,
    actor: Member | None,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Records ``request.<kind>``."""
    return record_all([fact(kind, request, actor=actor, data=data)], now=now)[0]


def fact(kind: str, request: ServiceRequest, *, actor: Member | None, data: Mapping[str, Any] | None = None) -> Fact:
    """``request.<kind>``, to be recorded together with others."""
    return Fact(kind=f"request.{kind}", actor=actor, subject_type="request", subject_id=request.pk, data=data or {})
