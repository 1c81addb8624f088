"""Rows of the index as arrays that never change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from services.search.embedding.base import Vectors, normalised
from services.search.embedding.chosen import embedder
from services.search.engines.memory.lists import Lists, Mask, Numbers, Postings

ROWS: Final = """
SELECT e.page_id, e.member_id, e.country, e.remote, e.on_site, e.pricing, e.rate_eur, e.rating, e.rating_count,
    e.hours_per_week, e.available_from, e.taking_work, e.first_published_at, e.indexed_at, e.quality, e.latitude,
    e.longitude, e.radius_km, e.service_ids, e.skills, e.languages, sparsevec_send(e.impacts),
    CASE WHEN v.model = %(model)s THEN halfvec_send(v.embedding) END
FROM services_searchentry e LEFT JOIN services_pagevector v ON v.page_id = e.page_id
"""
ALL: Final = ROWS
SOME: Final = f"{ROWS} WHERE e.page_id = ANY(%(ids)s)"
BATCH: Final = 20_000
HEADER: Final = 4
"""Bytes of a halfvec's binary form ahead of its numbers."""
SPARSE_HEADER: Final = 12
"""Bytes of a sparsevec's binary form (dimensions, entries, unused) ahead of its indices and numbers."""
NEVER: Final = np.iinfo(np.int64).min
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Segment:
    """Pages as columns, each of the same length. Empty numbers are NaN; moments are seconds since 1970, days are
    ordinals. ``high`` and ``low`` are the two halves of the page's id, for sorting."""

    ids: list[UUID]
    members: list[UUID]
    high: NDArray[np.uint64]
    low: NDArray[np.uint64]
    country: NDArray[np.str_]
    pricing: NDArray[np.str_]
    remote: Mask
    on_site: Mask
    taking_work: Mask
    rate_eur: Floats
    rating: Floats
    rating_count: Numbers
    hours_per_week: Floats
    available_from: Numbers
    first_published_at: Floats
    indexed_at: Floats
    quality: Floats
    latitude: Floats
    longitude: Floats
    radius_km: Floats
    services: Lists[int]
    skills: Lists[str]
    languages: Lists[str]
    words: Postings
    vectors: Vectors

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def read(cls, page_ids: Sequence[UUID] | None = None) -> "Segment":
        """The index's rows of these pages, or all. One query."""
        rows: list[Any] = []
        parameters: dict[str, Any] = {"model": embedder().name}
        with connection.cursor() as cursor:
            if page_ids is None:
                cursor.execute(ALL, parameters)
            else:
                cursor.execute(SOME, parameters | {"ids": list(page_ids)})
            while batch := cursor.fetchmany(BATCH):
                rows += [_packed(row) for row in batch]
        return cls._of(rows)

    @classmethod
    def _of(cls, rows: Sequence[Any]) -> "Segment":
        columns = list(zip(*rows, strict=True)) or [()] * 23
        bits = [page_id.int for page_id in columns[0]]
        half = 2**64 - 1
        return cls(
            ids=list(columns[0]),
            members=list(columns[1]),
            high=np.array([number >> 64 for number in bits], dtype=np.uint64),
            low=np.array([number & half for number in bits], dtype=np.uint64),
            country=np.array(columns[2], dtype=np.str_),
            remote=np.array(columns[3], dtype=bool),
            on_site=np.array(columns[4], dtype=bool),
            pricing=np.array(columns[5], dtype=np.str_),
            rate_eur=np.array(columns[6], dtype=np.float64),
            rating=np.array(columns[7], dtype=np.float64),
            rating_count=np.array(columns[8], dtype=np.int64),
            hours_per_week=np.array(columns[9], dtype=np.float64),
            available_from=np.array([NEVER if day is None else day.toordinal() for day in columns[10]], dtype=np.int64),
            taking_work=np.array(columns[11], dtype=bool),
            first_published_at=_seconds(columns[12]),
            indexed_at=_seconds(columns[13]),
            quality=np.array(columns[14], dtype=np.float64),
            latitude=np.array(columns[15], dtype=np.float64),
            longitude=np.array(columns[16], dtype=np.float64),
            radius_km=np.array(columns[17], dtype=np.float64),
            services=Lists.of(columns[18]),
            skills=Lists.of(columns[19]),
            languages=Lists.of(columns[20]),
            words=Postings.of(columns[21]),
            vectors=normalised(np.array(columns[22], dtype=np.float32).reshape(len(rows), embedder().dimensions)),
        )


def _packed(row: Sequence[Any]) -> tuple[Any, ...]:
    """The row with its vectors as arrays; what has none yet is far from everything."""
    *others, impacts, vector = row
    return (*others, _sparse(impacts), _dense(vector))


def _sparse(sent: bytes | None) -> tuple[Any, Any]:
    if sent is None:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
    entries = int.from_bytes(sent[4:8], "big")
    middle = SPARSE_HEADER + 4 * entries
    indices = np.frombuffer(sent, ">i4", count=entries, offset=SPARSE_HEADER)
    # Binary indices count from 0, those of ``services_term`` from 1.
    return indices.astype(np.int64) + 1, np.frombuffer(sent, ">f4", offset=middle).astype(np.float32)


def _dense(sent: bytes | None) -> Any:
    if sent is None:
        return np.zeros(embedder().dimensions, dtype=np.float16)
    return np.frombuffer(sent, ">f2", offset=HEADER).astype(np.float16)


def _seconds(moments: Sequence[datetime]) -> Floats:
    return np.array([moment.timestamp() for moment in moments], dtype=np.float64)


def moment(seconds: float) -> datetime:
    """The moment that a column holds."""
    return datetime.fromtimestamp(seconds, UTC)
