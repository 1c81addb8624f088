"""Where the columns are: segments in folders of ``settings.SEARCH_DIR``, and generations that say which segments make
up the index and which of their pages are still as they have them.

Segments never change, and a generation neither. The name of the one in use stands in PostgreSQL
(``SearchStatistics.columns``), so that a database that was restored is never read beside files of another time.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
from django.conf import settings

from services.models import SearchStatistics
from services.search.embedding.chosen import embedder
from services.search.engines.columns import arrays
from services.search.engines.columns.arrays import Mask
from services.search.engines.columns.changes import Moment, database
from services.search.engines.columns.passing import Part
from services.search.engines.columns.segment import Segment


@dataclass(frozen=True, slots=True)
class Generation:
    """The index as of the moment ``since``: what changed later is to be read again.
    ``names``: of the folders of the segments of ``parts``."""

    name: str
    since: Moment
    names: Sequence[str]
    parts: Sequence[Part]


def open_generation(name: str) -> Generation | None:
    """The generation of this name; None where its files are not there (any more), of another version of the code,
    another embedder or another database. One query."""
    folder = _generations() / name
    try:
        manifest = arrays.notes(folder)
        if (manifest["embedder"], manifest["database"]) != (embedder().name, database()):
            return None
        alive = arrays.read(folder)
        parts = [Part(Segment.open(_segments() / segment), alive[segment]) for segment in manifest["segments"]]
    except (FileNotFoundError, KeyError, ValueError):
        return None
    return Generation(name, Moment(*manifest["since"]), manifest["segments"], parts)


def generation_in_use() -> Generation | None:
    """The generation that PostgreSQL names; None where there is none, or its files are not there."""
    name = SearchStatistics.current().columns
    return open_generation(name) if name else None


def save_segment(segment: Segment) -> str:
    """Writes a segment; its name."""
    name = uuid4().hex
    segment.save(_segments() / name)
    return name


def save_generation(since: Moment, segments: Sequence[tuple[str, Mask]]) -> str:
    """Writes a generation of these segments, each with which of its pages are alive; its name."""
    name = uuid4().hex
    manifest = {
        "since": since.dump(),
        "embedder": embedder().name,
        "database": database(),
        "segments": [segment for segment, _alive in segments],
    }
    arrays.write(_generations() / name, dict(segments), manifest)
    return name


def forget_others(generation: str) -> None:
    """Deletes all files but those of this generation. Who has others open reads on in them."""
    kept = {generation, *arrays.notes(_generations() / generation)["segments"]}
    for folder in (_segments(), _generations()):
        for each in folder.glob("*"):
            if each.name not in kept:
                shutil.rmtree(each, ignore_errors=True)


def used_bytes() -> int:
    """How much room the files take."""
    return sum(file.stat().st_size for file in Path(settings.SEARCH_DIR).rglob("*.npy"))


def everything_alive(segment: Segment) -> Mask:
    """All pages of a segment."""
    return np.ones(len(segment), dtype=bool)


def _segments() -> Path:
    return Path(settings.SEARCH_DIR) / "segments"


def _generations() -> Path:
    return Path(settings.SEARCH_DIR) / "generations"
