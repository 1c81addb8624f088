"""Writing the files: the whole index, or what changed since they were written."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final
from uuid import UUID

import numpy as np
from django.db import connection

from services.models import SearchStatistics
from services.search.embedding.chosen import embedder
from services.search.engines.columns import files
from services.search.engines.columns.changes import Moment, changes
from services.search.engines.columns.passing import Part
from services.search.engines.columns.reading import BLOCKS_AT_ONCE, SOME, Rows, blocks, read_blocks, rows, segment
from services.search.engines.columns.segment import halves

PAGES: Final = 2_000_000
"""Pages of a segment at most: while it is made some 4 KB of memory are needed for each."""
LEAST_PAGES: Final = 5000
"""Pages from which on there are files. Among fewer PostgreSQL answers as quickly."""
LEAST: Final = 1000
"""Changes that are worth a segment."""
MANY: Final = 500_000
"""Changes with which everything is written anew."""
AT_ONCE: Final = 5000
"""Pages that are read at a time."""
MERGED: Final = 4
"""A segment that has not as many times the pages of the next one becomes one with it."""
LOCK: Final = 7_305_003
"""Number of the advisory lock that the one writer holds."""
ARE_NOTED: Final = "SELECT tgenabled <> 'D' FROM pg_trigger WHERE tgname = 'services_search_changes'"
Tell = Callable[[str, int, int], None]
"""Called with what is done, how much of it, and how much that is in all."""


def write_changes(tell: Tell | None = None, *, least: int = LEAST_PAGES) -> None:
    """Writes what changed since the files were written, if that is much; everything where there are no files yet and
    the index has at least so many pages. Tells how much of everything is done. Does nothing while somebody else
    writes, or while pages are loaded whose changes nobody notes, or embedded anew: then nobody reads files."""
    with _alone() as is_alone:
        kept = SearchStatistics.current()
        if not is_alone or not _are_noted() or kept.embedded_by not in {"", embedder().name}:
            return
        generation = files.generation_in_use()
        if generation is None:
            if kept.pages >= least:
                _write_all(tell or _untold)
            return
        changed = changes(generation.since, most=MANY)
        if changed.number >= MANY:
            _write_all(tell or _untold)
        elif changed.number >= LEAST:
            _write(generation, list(changed.pages), changed.now)


def write_all() -> None:
    """Writes the whole index anew, however small it is."""
    with _alone() as is_alone:
        if is_alone:
            _write_all(_untold)


def _write_all(tell: Tell) -> None:
    since, every = Moment.now(), blocks()
    written = []
    for parts in _segments(read_blocks(0, every), tell, every):
        whole = segment(parts)
        written.append((files.save_segment(whole), files.everything_alive(whole)))
    _use(files.save_generation(since, written))


def _segments(every: Iterable[Rows], tell: Tell, of: int) -> Iterator[list[Rows]]:
    """The rows, so many together as one segment has."""
    together: list[Rows] = []
    for done, part in enumerate(every, 1):
        together.append(part)
        tell("Columns", min(done * BLOCKS_AT_ONCE, of), of)
        if sum(map(len, together)) >= PAGES:
            yield together
            together = []
    if together:
        yield together


def _write(generation: files.Generation, changed: Sequence[UUID], since: Moment) -> None:
    high, low = halves(list(changed))
    kept, ids = [], list(changed)
    for name, part in zip(generation.names, generation.parts, strict=True):
        alive = part.alive.copy()
        alive[part.segment.places(high, low)] = False
        kept.append((name, Part(part.segment, alive)))
    while kept and np.count_nonzero(kept[-1][1].alive) < MERGED * len(ids) and len(ids) < PAGES:
        _name, last = kept.pop()
        ids += [last.segment.page_id(place) for place in np.flatnonzero(last.alive).tolist()]
    fresh = segment(rows(SOME, {"ids": ids[start : start + AT_ONCE]}) for start in range(0, len(ids), AT_ONCE))
    written = [(name, part.alive) for name, part in kept]
    if len(fresh):
        written.append((files.save_segment(fresh), files.everything_alive(fresh)))
    _use(files.save_generation(since, written))


def _use(name: str) -> None:
    SearchStatistics.objects.update_or_create(pk=1, defaults={"columns": name})
    files.forget_others(name)


def _are_noted() -> bool:
    """Whether changes are noted: not while an empty index is filled (``bulk``)."""
    with connection.cursor() as cursor:
        cursor.execute(ARE_NOTED)
        return bool(cursor.fetchone()[0])


def _untold(_step: str, _done: int, _of: int) -> None:
    """Nobody wants to know."""


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else writes files, for the time of a ``with``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
