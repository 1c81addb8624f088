"""Writing down what happened, in the transaction in which it happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Member
from marketplace.copying import insert_rows
from marketplace.tasks import enqueue
from notifications.models import Event
from notifications.tasks import fan_out_event
from notifications.topics import topics_for

SWEPT_AFTER = timedelta(seconds=10)
"""How long the worker that was told of an event has before the sweeper looks after it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened. ``data`` holds ids and small facts that JSON can carry, never rendered text."""

    kind: str
    actor: Member | None
    subject_type: str
    subject_id: UUID | str
    data: Mapping[str, Any] = field(default_factory=dict)


def record(
    *,
    kind: str,
    actor: Member | None,
    subject_type: str,
    subject_id: UUID | str,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Writes one event; after commit a worker tells those whom its topics name. See ``record_all``."""
    fact = Fact(kind=kind, actor=actor, subject_type=subject_type, subject_id=subject_id, data=data or {})
    return record_all([fact], now=now)[0]


def record_all(facts: Sequence[Fact], *, now: datetime, told: bool = False) -> list[Event]:
    """Writes an event for each, in their order; after commit a worker tells those whom the topics name.

    Call it inside the action's transaction. An event that no topic tells of is done at once, and so is one that is
    ``told`` by the same transaction: see ``fan_out.tell_of``. A broker that is down loses nothing: the sweeper finds
    events whose fan-out never finished. One statement.
    """
    events = [
        Event(
            kind=fact.kind,
            actor_id=fact.actor.pk if fact.actor else None,
            subject_type=fact.subject_type,
            subject_id=str(fact.subject_id),
            data=dict(fact.data),
            created_at=now,
            sweep_at=now + SWEPT_AFTER,
            fanned_out_at=None if topics_for(fact.kind) and not told else now,
        )
        for fact in facts
    ]
    insert_rows(events)
    for event in events:
        if event.fanned_out_at is None:
            transaction.on_commit(partial(_enqueue_fan_out, event))
    return events


def _enqueue_fan_out(event: Event) -> None:
    if event.fanned_out_at is None:  # whoever recorded it may have fanned it out in the same transaction
        enqueue(fan_out_event, str(event.pk))
