"""The durable sequence of each member."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID

from django.db import transaction

from marketplace.database import prepared
from marketplace.records import Records
from notifications.broadcast import announce
from notifications.models import StreamEntry, StreamPosition

KEPT = timedelta(days=7)
TAKE_NUMBERS = """
    INSERT INTO notifications_streamposition AS position (member_id, last)
    SELECT member_id, number FROM unnest(%s::uuid[], %s::int[]) WITH ORDINALITY AS wanted (member_id, number, place)
    ORDER BY place
    ON CONFLICT (member_id) DO UPDATE SET last = position.last + excluded.last
    RETURNING member_id, last
"""
READ_AFTER = """
    SELECT entry.*
    FROM unnest(%s::uuid[], %s::bigint[]) AS reader (member_id, after)
    JOIN notifications_streamentry AS entry ON entry.member_id = reader.member_id AND entry.sequence > reader.after
    ORDER BY entry.member_id, entry.sequence LIMIT %s
"""


def append(event_type: str, payloads: Mapping[UUID, Mapping[str, Any]], *, now: datetime) -> None:
    """Adds one entry for each member; see ``append_all``."""
    append_all(event_type, list(payloads.items()), now=now)


def append_all(event_type: str, payloads: Sequence[tuple[UUID, Mapping[str, Any]]], *, now: datetime) -> None:
    """Adds an entry for each (member, payload), a member's in their order, in the caller's transaction, and announces
    them after commit.

    Each member's position stays locked until then, so her numbers appear in their order. Members are locked in the
    order of their ids, so that two such transactions never wait for each other.
    """
    if not payloads:
        return
    counts = Counter(member_id for member_id, _payload in payloads)
    member_ids = sorted(counts)
    with transaction.atomic(savepoint=False):  # all or nothing, with whatever caused the entries
        last = dict(prepared.ask(TAKE_NUMBERS, [member_ids, [counts[each] for each in member_ids]]))
        free = {member_id: count(last[member_id] - counts[member_id] + 1) for member_id in member_ids}
        rows = Records(StreamEntry(event_type=event_type, created_at=now), ("member_id", "sequence", "payload"))
        for member_id, payload in payloads:
            rows.add(member_id, next(free[member_id]), payload)
        rows.copy()
    transaction.on_commit(partial(announce, member_ids))


def positions(member_ids: Collection[UUID]) -> dict[UUID, int]:
    """The last number given out to each member who has one."""
    return dict(StreamPosition.objects.filter(pk__in=member_ids).values_list("pk", "last"))


def read_after(cursors: Mapping[UUID, int], *, most: int) -> list[StreamEntry]:
    """Entries after the given number of each member, in order, ``most`` in all."""
    raw: Sequence[StreamEntry] = []
    if cursors:
        raw = list(StreamEntry.objects.raw(READ_AFTER, [list(cursors), list(cursors.values()), most]))
    return list(raw)


def forget_old(*, now: datetime) -> int:
    """Deletes entries too old to be asked for again; how many."""
    return StreamEntry.objects.filter(created_at__lt=now - KEPT).delete()[0]
