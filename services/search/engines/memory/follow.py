"""Keeping up with the index's table: every answer begins by reading what changed since the last one.

Changes are written by a trigger in the transaction that makes them (``services_searchchange``) and carry its number. A
transaction that is under way may commit later than ones with higher numbers, so what is read anew begins at the oldest
transaction that was under way at the last reading, not behind the last change that was seen.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import numpy as np
from django.db import connection

from services.models import SearchChange
from services.search.engines.memory.lists import Mask
from services.search.engines.memory.segment import Segment

CHANGED: Final = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, c.id, c.page_id,
    c.transaction = pg_current_xact_id_if_assigned()::text::bigint
FROM (SELECT 1) AS one LEFT JOIN services_searchchange c ON c.transaction >= %(since)s
"""
OLDEST: Final = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
KEPT_SECONDS: Final = 1800
"""After so long without looking everything is read anew: changes are forgotten after an hour (``forget_changes``)."""
FORGOTTEN_AFTER: Final = timedelta(hours=1)
MERGED: Final = 2000
"""Changed pages beside the large segment, from which on both become one."""


@dataclass(frozen=True, slots=True)
class Part:
    """A segment, and which of its pages are still as it has them."""

    segment: Segment
    alive: Mask


class Follower:
    """The index's rows as they are now. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parts: tuple[Part, ...] = ()
        self._places: dict[UUID, int] = {}
        self._changed: dict[UUID, None] = {}
        self._seen: set[int] = set()
        self._unsettled: set[UUID] = set()
        self._since = 0
        self._looked = -float("inf")

    def parts(self) -> Sequence[Part]:
        """The rows as they are now. One query, and another one where something changed."""
        with self._lock:
            if time.monotonic() - self._looked > KEPT_SECONDS:
                self._read_all()
            self._catch_up()
            self._looked = time.monotonic()
            return self._parts

    def _read_all(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(OLDEST)
            self._since = int(cursor.fetchone()[0])
        whole = Segment.read()
        self._parts = (Part(whole, np.ones(len(whole), dtype=bool)),)
        self._places = {page_id: place for place, page_id in enumerate(whole.ids)}
        self._changed, self._seen = {}, set()

    def _catch_up(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(CHANGED, {"since": self._since})
            rows = cursor.fetchall()
        changes = [(number, page_id, is_own) for _oldest, number, page_id, is_own in rows if number is not None]
        new = {page_id for number, page_id, _is_own in changes if number not in self._seen}
        stale = new | self._unsettled
        # What the caller's own transaction changed may yet be rolled back: it is read again next time.
        self._unsettled = {page_id for _number, page_id, is_own in changes if is_own}
        self._seen = {number for number, *_others in changes}
        self._since = int(rows[0][0])
        if stale:
            self._read_again(stale)

    def _read_again(self, stale: set[UUID]) -> None:
        self._changed |= dict.fromkeys(stale)
        if len(self._changed) > MERGED:
            self._read_all()
            return
        whole = self._parts[0]
        alive = whole.alive.copy()
        alive[[self._places[page_id] for page_id in stale if page_id in self._places]] = False
        beside = Segment.read(list(self._changed))
        self._parts = (Part(whole.segment, alive), Part(beside, np.ones(len(beside), dtype=bool)))


def forget_changes(*, now: datetime) -> None:
    """Deletes the changes that nobody will ask for any more."""
    SearchChange.objects.filter(at__lt=now - FORGOTTEN_AFTER).delete()
