"""Keeping up with the index's table: every answer begins by reading what changed since the last one."""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from marketplace.clock import utc_now
from services.models import SearchStatistics
from services.search.embedding.chosen import embedder
from services.search.engines.columns.changes import Changes, Moment, changes
from services.search.engines.columns.files import everything_alive, open_generation
from services.search.engines.columns.joining import read_some
from services.search.engines.columns.passing import Part
from services.search.engines.columns.segment import halves

MOST: Final = 20_000
"""Changes that a process reads at a time; with more it waits for files in which they are."""
ASLEEP_SECONDS: Final = 5.0
"""After it found none, a process does not look for files for so long."""


@dataclass(frozen=True, slots=True)
class Known:
    """The index's rows as of the moment ``since``: ``whole`` those that are as the generation ``name`` has them, which
    is empty where there is none, and ``fresh`` those that were read later. ``unsettled``: what a transaction of our own
    had changed, which may yet be rolled back. ``ranked_since`` as the files' ``Generation`` has it, or later."""

    name: str = ""
    since: Moment = field(default_factory=Moment)
    ranked_since: float = 0.0
    whole: Sequence[Part] = ()
    fresh: Sequence[Part] = ()
    unsettled: frozenset[UUID] = frozenset()

    @property
    def parts(self) -> list[Part]:
        """All rows."""
        return [*self.whole, *self.fresh]


class Follower:
    """The index's rows as they are now. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known = Known()
        self._asleep_until = -float("inf")

    def known(self) -> Known | None:
        """The rows as they are now; None where there are no files of them, or none that are new enough. One query, and
        another one where something changed."""
        with self._lock:
            if time.monotonic() < self._asleep_until:
                return None
            changed = self._ask()
            if changed is None:
                self._asleep_until = time.monotonic() + ASLEEP_SECONDS
                return None
            # Only once all of it is read: PostgreSQL may be gone in the middle.
            self._known = _read(self._known, changed)
            return self._known

    def _ask(self) -> Changes | None:
        """What changed since the last reading."""
        changed = changes(self._known.since, most=MOST)
        while changed.generation != self._known.name:
            self._known = _open(changed.generation)
            if not self._known.name:
                return None
            changed = changes(self._known.since, most=MOST)
        return changed if self._known.name and changed.number < MOST else None


def _open(name: str) -> Known:
    """What the files of this generation say, or of the next one where that took its place meanwhile; nothing where they
    are not there."""
    tried = ""
    while name != tried:
        generation = open_generation(name)
        if generation:
            return Known(name, generation.since, generation.ranked_since, generation.parts)
        tried, name = name, SearchStatistics.current().columns
    return Known()


def _read(known: Known, changed: Changes) -> Known:
    """The same with what changed."""
    # What the caller's own transaction changed may yet be rolled back: it is read again next time.
    unsettled = frozenset(page_id for page_id, is_own in changed.pages.items() if is_own)
    stale = list(known.unsettled | changed.pages.keys())
    whole, fresh, ranked_since = known.whole, known.fresh, known.ranked_since
    if stale:
        whole, fresh = list(_without(whole, stale)), list(_without(fresh, stale))
        # Parts of like size become one, so that there are never many.
        while fresh and len(fresh[-1]) <= 2 * len(stale):
            last = fresh.pop()
            stale += last.living()
            if last.segment.model != embedder().name:  # it may have been embedded anew since
                ranked_since = utc_now().timestamp()
        fresh += [Part(segment, everything_alive(segment)) for segment in read_some(stale)]
    return Known(known.name, changed.now, ranked_since, whole, fresh, unsettled)


def _without(parts: Iterable[Part], ids: list[UUID]) -> Iterator[Part]:
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
