"""Writing the files: the whole index, or what changed since they were written."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import numpy as np
from django.db import connection

from marketplace.alone import alone
from marketplace.clock import utc_now
from marketplace.embedded.postgres import memory
from services.models import SearchStatistics
from services.search.embedding.chosen import embedder
from services.search.engines.columns import files
from services.search.engines.columns.arrays import give_back
from services.search.engines.columns.changes import Moment, changes, forget_changes
from services.search.engines.columns.joining import segment
from services.search.engines.columns.passing import Part
from services.search.engines.columns.reading import BLOCKS_AT_ONCE, SOME, Rows, blocks, read_blocks, rows
from services.search.engines.columns.segment import halves

PAGES: Final = 5_000_000
"""Pages of a segment at most."""
BYTES: Final = 2000
"""Of memory that a page needs while its segment is made."""
SHARE: Final = 0.42
"""Of this machine's memory, what a segment may need while it is made."""
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
SWITCHING_SECONDS: Final = 1.0
"""From naming a generation until it is in use, at most."""
LOCK: Final = 7_305_003
"""Number of the advisory lock that the one writer holds."""
ARE_NOTED: Final = "SELECT tgenabled <> 'D' FROM pg_trigger WHERE tgname = 'services_search_changes'"
Tell = Callable[[str, int, int], None]
"""Called with what is done, how much of it, and how much that is in all."""


def write_changes(tell: Tell | None = None, *, least: int = LEAST_PAGES) -> None:
    """Writes what changed since the files were written, if that is much. Writes everything where there are no files yet
    and the index has at least so many pages, or where their mean length has drifted, and tells how much of it is done.
    Does nothing while somebody else writes, or while pages are loaded whose changes nobody notes.

    When all pages have been embedded anew, writes one of the segments whose vectors the embedder before made: one at a
    time, so that changes are written between them."""
    with alone(LOCK) as is_alone:
        if not is_alone or not are_noted():
            return
        kept = SearchStatistics.current()
        generation = files.generation_in_use()
        # What somebody left who could not finish.
        files.forget_all_but([generation.name, *generation.names] if generation else [])
        if generation is None:
            if kept.pages >= least:
                _write_all(tell or _untold)
            return
        changed = changes(generation.since, most=MANY)
        if changed.number >= MANY or generation.mean_length != kept.mean_length:
            _write_all(tell or _untold)
        elif changed.number >= LEAST:
            _write(generation, list(changed.pages), changed.now)
        elif kept.embedded_by == embedder().name:
            _write_of_before(generation)


def write_all() -> None:
    """Writes the whole index anew, however small it is."""
    with alone(LOCK) as is_alone:
        if is_alone:
            _write_all(_untold)


def forget_written(*, now: datetime) -> None:
    """Deletes the changes that nobody will ask for any more. Where the files cannot be opened, as on a machine that has
    none of its own, they may still need any."""
    generation = files.generation_in_use()
    if generation:
        forget_changes(now=now, since=generation.since)
    elif not SearchStatistics.current().columns:
        forget_changes(now=now, since=None)


def _write_all(tell: Tell) -> None:
    since, every, kept = Moment.now(), blocks(), SearchStatistics.current()
    written = [_save(parts) for parts in _together(read_blocks(0, every), tell, every)]
    # By another mean length, and with other vectors where pages are being embedded anew.
    _use(written, since, kept.mean_length, ranked_since=_switched() if kept.columns else 0.0)


def _together(every: Iterable[Sequence[Rows]], tell: Tell, of: int) -> Iterator[list[Rows]]:
    """The rows, those together that become one segment: of one embedder, and so many as one has, or as fit into memory
    beside those of another."""
    together: dict[str, list[Rows]] = {}
    most = _most_pages()
    for done, some in enumerate(every, 1):
        for part in some:
            together.setdefault(part.model, []).append(part)
        tell("Columns", min(done * BLOCKS_AT_ONCE, of), of)
        numbers = {model: sum(map(len, parts)) for model, parts in together.items()}
        if sum(numbers.values()) >= most:
            yield together.pop(max(numbers, key=numbers.__getitem__))
    yield from together.values()


def _write(generation: files.Generation, changed: Sequence[UUID], since: Moment) -> None:
    high, low = halves(list(changed))
    kept, ids = [], list(changed)
    for name, part in zip(generation.names, generation.parts, strict=True):
        alive = part.alive.copy()
        alive[part.segment.places(high, low)] = False
        if alive.any():
            kept.append((name, Part(part.segment, alive)))
    most, others = _most_pages(), False
    while kept and np.count_nonzero(kept[-1][1].alive) < MERGED * len(ids) and len(ids) < most:
        _name, last = kept.pop()
        ids += last.living()
        others = others or last.segment.model != embedder().name
    written = [*_as_they_are(kept), *_written(ids)]
    # What another embedder made may have been embedded anew since.
    ranked_since = _switched() if others else generation.ranked_since
    _use(written, since, generation.mean_length, ranked_since=ranked_since)


def _write_of_before(generation: files.Generation) -> None:
    """Writes the pages of one segment of another embedder, if there is one, with the vectors that they have now.

    What else changed of them meanwhile has changed since the generation's moment, and is read again as before.
    """
    models = [part.segment.model for part in generation.parts]
    place = next((place for place, model in enumerate(models) if model != embedder().name), None)
    if place is None:
        return
    fresh = _written(generation.parts[place].living())
    written = _as_they_are(zip(generation.names, generation.parts, strict=True))
    written[place : place + 1] = fresh
    if any(each.model != embedder().name for each in fresh):
        # Somebody who still ran the version before embedded a page after the last one was looked for.
        SearchStatistics.objects.update(embedded_by="")
    _use(written, generation.since, generation.mean_length, ranked_since=_switched())


def _as_they_are(segments: Iterable[tuple[str, Part]]) -> list[files.Written]:
    return [files.Written(name, part.alive, part.segment.model) for name, part in segments]


def _written(ids: list[UUID]) -> list[files.Written]:
    """Writes segments of these pages, those of each embedder by themselves, the largest first."""
    written, most = [], _most_pages()
    # In their order pages stand side by side in the table, more or less.
    ids = sorted(ids)
    for first in range(0, len(ids), most):
        some = ids[first : first + most]
        together: dict[str, list[Rows]] = {}
        for start in range(0, len(some), AT_ONCE):
            for part in rows(SOME, {"ids": some[start : start + AT_ONCE]}):
                together.setdefault(part.model, []).append(part)
        models = sorted(together, key=lambda model: -sum(map(len, together[model])))
        written += [_save(together.pop(model)) for model in models]
    return written


def _save(parts: list[Rows]) -> files.Written:
    """Writes a segment of these rows."""
    written = files.save_segment(segment(parts))
    # A worker lives on for long.
    give_back()
    return written


def _most_pages() -> int:
    """Of a segment that is made on this machine."""
    return max(1, min(PAGES, int(memory() * SHARE / BYTES)))


def _switched() -> float:
    """From when on walks begin that are ranked by what is written now (seconds since 1970): until it is in use some may
    begin that are not."""
    return utc_now().timestamp() + SWITCHING_SECONDS


def _use(written: Sequence[files.Written], since: Moment, mean_length: float, *, ranked_since: float = 0.0) -> None:
    """Has these segments, and no others, answer from now on."""
    name = files.save_generation(since, mean_length, written, ranked_since=ranked_since)
    SearchStatistics.objects.update_or_create(pk=1, defaults={"columns": name})
    files.forget_all_but([name, *(segment.name for segment in written)])


def are_noted() -> bool:
    """Whether changes are noted: not while an empty index is filled (``bulk``)."""
    with connection.cursor() as cursor:
        cursor.execute(ARE_NOTED)
        return bool(cursor.fetchone()[0])


def _untold(_step: str, _done: int, _of: int) -> None:
    """Nobody wants to know."""
