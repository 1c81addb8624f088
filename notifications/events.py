"""Writing down what happened, in the transaction in which it happened."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Member
from marketplace.tasks import enqueue
from notifications.models import Event
from notifications.tasks import fan_out_event

SWEPT_AFTER = timedelta(seconds=10)
"""How long the worker that was told of an event has before the sweeper looks after it."""


def record(
    *,
    kind: str,
    actor: Member | None,
    subject_type: str,
    subject_id: UUID | str,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Writes one event; after commit a worker tells those whom its topics name.

    Call it inside the action's transaction. ``data`` holds ids and small facts that JSON can carry, never rendered
    text. A broker that is down loses nothing: the sweeper finds events whose fan-out never finished.
    """

    event = Event.objects.create(
        kind=kind,
        actor=actor,
        subject_type=subject_type,
        subject_id=str(subject_id),
        data=dict(data or {}),
        created_at=now,
        sweep_at=now + SWEPT_AFTER,
    )
    transaction.on_commit(partial(enqueue, fan_out_event, str(event.pk)))
    return event
