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
from notifications.topics import topics_for

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
    text. An event that no topic tells of is done at once. A broker that is down loses nothing: the sweeper finds events
    whose fan-out never finished.
    """

    is_told = bool(topics_for(kind))
    event = Event.objects.create(
        kind=kind,
        actor=actor,
        subject_type=subject_type,
        subject_id=str(subject_id),
        data=dict(data or {}),
        created_at=now,
        sweep_at=now + SWEPT_AFTER,
        fanned_out_at=None if is_told else now,
    )
    transaction.on_commit(partial(_enqueue_fan_out, event))
    return event


def _enqueue_fan_out(event: Event) -> None:
    if event.fanned_out_at is None:  # whoever recorded it may have fanned it out in the same transaction
        enqueue(fan_out_event, str(event.pk))
