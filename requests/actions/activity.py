"""Activity keeps a request alive: whatever happens on it starts its clocks again."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Case, Value, When

from requests.actions.edit import start_clocks
from requests.models import ServiceRequest
from requests.moves import ACTIVE
from sitesettings.models import SiteSettings

CLIENT_IDLE: Final = timedelta(days=3)
"""How long a client may leave proposals undecided before she is told of them."""
EVERY: Final = timedelta(hours=1)
"""Activity within this time of the last one leaves the clocks alone: a lively conversation is not a write a message."""
CLOCKS: Final = ("expires_at", "remind_at", "nudge_client_at")


def keep_alive(request: ServiceRequest, *, now: datetime, by_client: bool = False) -> None:
    """Sets, without saving, that the request goes on for its full time, where it is active; ``CLOCKS`` names what.

    What the client does also puts off the nudge about proposals that wait for her.
    """
    if request.status not in ACTIVE:
        return
    start_clocks(request, now=now)
    if by_client or request.nudge_client_at is None:
        request.nudge_client_at = now + CLIENT_IDLE


def renew_by_activity(*, request_id: UUID, now: datetime, by_client: bool = False) -> bool:
    """Renews an active request because one of its people did something, such as writing a message.

    What the client does also puts off the nudge about proposals that wait for her. One conditional UPDATE, at most once
    an hour a request; no event, since what happened has its own. Whether it changed anything.
    """
    lasts = timedelta(days=SiteSettings.current().request_days_open)
    renewed = ServiceRequest(pk=request_id)
    start_clocks(renewed, now=now)
    stale = ServiceRequest.objects.filter(pk=request_id, status__in=ACTIVE, expires_at__lt=now + lasts - EVERY)
    clocks = {"expires_at": renewed.expires_at, "remind_at": renewed.remind_at}
    waits = Case(When(nudge_client_at__isnull=False, then=Value(now + CLIENT_IDLE)))
    return stale.update(**clocks, **({"nudge_client_at": waits} if by_client else {})) > 0
