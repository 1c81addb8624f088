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
from services.search.engines.columns import arrays
from services.search.engines.columns.arrays import Mask
from services.search.engines.columns.changes import Moment, database
from services.search.engines.columns.passing import Part
from services.search.engines.columns.segment import Segment


@dataclass(frozen=True, slots=True)
class Generation:
    """The index as of the moment ``since``: what changed later is to be read again. ``mean_length``: what words count
    in pages rests on it. ``names``: of the folders of the segments of ``parts``. ``ranked_since``: when pages last got
    the vectors of another embedder, or all were measured anew, so that searches ranked them otherwise before (seconds
    since 1970)."""

    name: str
    since: Moment
    mean_length: float
    names: Sequence[str]
    parts: Sequence[Part]
    ranked_since: float = 0.0


def open_generation(name: str) -> Generation | None:
    """The generation of this name; None where its files are not there (any more), damaged, of another version of the
    code or another database. One query.

    The version before wrote all segments by one embedder, and its name into the generation: they are read as such.
    """
    folder = _generations() / name
    try:
        manifest = arrays.notes(folder)
        if manifest["database"] != database():
            return None
        alive, names = arrays.read(folder), manifest["segments"]
        models = manifest["models"] if "models" in manifest else [manifest["embedder"]] * len(names)
        segments = [
            Segment.open(_segments() / segment, model=model) for segment, model in zip(names, models, strict=True)
        ]
        parts = [Part(segment, alive[name]) for name, segment in zip(names, segments, strict=True)]
        mean_length, ranked_since = manifest.get("mean_length", 0.0), manifest.get("ranked_since", 0.0)
        return Generation(name, Moment(*manifest["since"]), mean_length, names, parts, ranked_since)
    except (OSError, KeyError, TypeError, ValueError):
        return None


def generation_in_use() -> Generation | None:
    """The generation that PostgreSQL names; None where there is none, or its files are not there."""
    name = SearchStatistics.current().columns
    return open_generation(name) if name else None


@dataclass(frozen=True, slots=True)
class Written:
    """A segment on the disk: the name of its folder, which of its pages are alive, and the name of the embedder that
    made its vectors."""

    name: str
    alive: Mask
    model: str


def save_segment(segment: Segment) -> Written:
    """Writes a segment, with all of its pages alive."""
    name = uuid4().hex
    segment.save(_segments() / name)
    return Written(name, everything_alive(segment), segment.model)


def save_generation(
    since: Moment, mean_length: float, segments: Sequence[Written], *, ranked_since: float = 0.0
) -> str:
    """Writes a generation of these segments; its name."""
    name = uuid4().hex
    manifest = {
        "since": since.dump(),
        "mean_length": mean_length,
        "ranked_since": ranked_since,
        "database": database(),
        "segments": [segment.name for segment in segments],
        "models": [segment.model for segment in segments],
    }
    arrays.write(_generations() / name, {segment.name: segment.alive for segment in segments}, manifest)
    return name


def forget_all_but(names: Sequence[str]) -> None:
    """Deletes all generations and segments but these. Who has others open reads on in them."""
    for folder in (_segments(), _generations()):
        for each in folder.glob("*"):
            if each.name not in names:
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
