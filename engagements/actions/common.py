"""What all actions on an engagement share: the row lock, whose side the actor is on, the event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import Member
from engagements.models import Engagement
from marketplace.errors import NotAllowed
from notifications.events import record
from notifications.models import Event
from requests.models import ServiceRequest, Side


def lock_engagement(engagement: Engagement) -> Engagement:
    """The engagement as it is now, locked until the transaction ends, with the rows that it names.

    The request's row is locked first, as by everything that decides about a request, so that nobody waits in a circle.
    """
    ServiceRequest.objects.select_for_update(no_key=True).only("pk").get(pk=engagement.request_id)
    rows = Engagement.objects.with_all().select_for_update(no_key=True, of=("self",))
    return rows.get(pk=engagement.pk)


def side_of(actor: Member, engagement: Engagement) -> Side:
    """The actor's side. Raises NotAllowed for everybody else, staff too: only the two sides decide."""
    side = engagement.side_of(actor)
    if side is None:
        raise NotAllowed
    return side


def note(
    kind: str,
    engagement: Engagement,
    *,
    actor: Member | None,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Records ``engagement.<kind>``."""
    kind = f"engagement.{kind}"
    return record(kind=kind, actor=actor, subject_type="engagement", subject_id=engagement.pk, now=now, data=data)
