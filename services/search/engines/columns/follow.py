"""Keeping up with the index's table: every answer begins by reading what changed since the last one."""

import threading
import time
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from services.search.engines.columns.changes import Changes, Moment, changes
from services.search.engines.columns.files import everything_alive, open_generation
from services.search.engines.columns.joining import read_some
from services.search.engines.columns.passing import Part
from services.search.engines.columns.segment import halves

MOST: Final = 20_000
"""Changes that a process reads at a time; with more it waits for files in which they are."""
ASLEEP_SECONDS: Final = 5.0
"""After it found none, a process does not look for files for so long."""


class Follower:
    """The index's rows as they are now. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._name = ""
        self._whole: list[Part] = []
        self._fresh: list[Part] = []
        self._unsettled: set[UUID] = set()
        self._since = Moment()
        self.ranked_since = 0.0
        """As the files' ``Generation`` has it."""
        self._asleep_until = -float("inf")

    def parts(self) -> Sequence[Part] | None:
        """The rows as they are now; None where there are no files of them, or none that are new enough. One query, and
        another one where something changed."""
        with self._lock:
            if time.monotonic() < self._asleep_until:
                return None
            changed = self._ask()
            if changed is None:
                self._asleep_until = time.monotonic() + ASLEEP_SECONDS
                return None
            stale = self._unsettled | changed.pages.keys()
            # What the caller's own transaction changed may yet be rolled back: it is read again next time.
            self._unsettled = {page_id for page_id, is_own in changed.pages.items() if is_own}
            if stale:
                self._read_again(stale)
            return [*self._whole, *self._fresh]

    def _ask(self) -> Changes | None:
        """What changed since the last reading."""
        changed = changes(self._since, most=MOST)
        if changed.generation != self._name:
            if not self._open(changed.generation):
                return None
            changed = changes(self._since, most=MOST)
        if changed.generation != self._name or not self._name or changed.number >= MOST:
            return None
        self._since = changed.now
        return changed

    def _open(self, name: str) -> bool:
        """Takes another generation, and asks for what changed since it was written."""
        generation = open_generation(name) if name else None
        if generation is None:
            self._name, self._whole, self._fresh = "", [], []
            return False
        self._name, self._since, self.ranked_since = name, generation.since, generation.ranked_since
        self._whole, self._fresh, self._unsettled = list(generation.parts), [], set()
        return True

    def _read_again(self, stale: Iterable[UUID]) -> None:
        ids = list(stale)
        self._whole = list(_without(self._whole, ids))
        self._fresh = list(_without(self._fresh, ids))
        # Parts of like size become one, so that there are never many.
        while self._fresh and len(self._fresh[-1]) <= 2 * len(ids):
            ids += self._fresh.pop().living()
        self._fresh += [Part(segment, everything_alive(segment)) for segment in read_some(ids)]


def _without(parts: Iterable[Part], ids: list[UUID]) -> Iterable[Part]:
    """The parts without these pages."""
    high, low = halves(ids)
    for part in parts:
        places = part.segment.places(high, low)
        if len(places):
            alive = part.alive.copy()
            alive[places] = False
            yield Part(part.segment, alive)
        else:
            yield part
