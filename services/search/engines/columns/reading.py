"""Reading the index's rows, some at a time, in little memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import Cursor

from services.models.page import Pricing
from services.search.embedding.chosen import embedder
from services.search.engines.columns.segment import UNKNOWN, country_number, halves
from services.search.engines.columns.values import WHOLE
from services.search.engines.columns.vectors import Rounded
from services.search.statistics import MEAN_LENGTH

ROWS: Final = f"""
SELECT e.page_id, e.member_id, e.country, e.remote, e.on_site, e.pricing, e.rate_eur, e.rating, e.rating_count,
    e.hours_per_week, e.available_from - '0001-01-01'::date + 1, e.taking_work,
    extract(epoch FROM e.first_published_at)::float8, extract(epoch FROM e.indexed_at)::float8, e.quality,
    e.latitude, e.longitude, e.radius_km, e.service_ids, e.skills, e.languages, array_send(e.terms), e.counts,
    e.length / {MEAN_LENGTH}, v.model, halfvec_send(v.embedding)
FROM services_searchentry e LEFT JOIN services_pagevector v ON v.page_id = e.page_id
WHERE {{which}}
"""  # noqa: S608  our own words
SOME: Final = "e.page_id = ANY(%(ids)s)"
BLOCKS: Final = (
    "e.ctid >= format('(%%s,0)', %(first)s::bigint)::tid AND e.ctid < format('(%%s,0)', %(last)s::bigint)::tid"
)
SIZE: Final = "SELECT pg_relation_size('services_searchentry') / current_setting('block_size')::bigint"
MODEL: Final = 24
"""Where the embedder's name stands in a row."""
BLOCKS_AT_ONCE: Final = 2000
"""Blocks of the table that are read at a time, each of some five rows."""
HEADER: Final = 4
"""Bytes of a halfvec's binary form ahead of its numbers."""
ARRAY_HEADER: Final = 20
"""Bytes of a binary array that is not empty (dimensions, flags, type, length, lower bound) ahead of its values, each of
which has its length ahead of it."""
NO_TERMS: Final = np.empty(0, dtype=np.int32)
K1, B = 1.2, 0.75
"""Of BM25 (Robertson and Zaragoza 2009, section 3)."""
PRICINGS: Final = tuple(Pricing.values)


def blocks() -> int:
    """How many blocks the table has."""
    with connection.cursor() as cursor:
        cursor.execute(SIZE)
        return int(cursor.fetchone()[0])


def read_blocks(first: int, last: int) -> Iterator[list["Rows"]]:
    """The rows of the table's blocks from ``first`` until before ``last``, so many at a time that they fit into memory.
    A query each.

    A row that is written meanwhile may be missed, or come twice: whoever reads follows the changes since before.
    """
    for start in range(first, last, BLOCKS_AT_ONCE):
        yield rows(BLOCKS, {"first": start, "last": min(last, start + BLOCKS_AT_ONCE)})


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of the index as arrays, in no order, whose vectors the embedder named ``model`` made.

    ``columns`` has what a page has one of, the ``numbers`` and the ``scale`` of its vector (``Rounded``) among it;
    ``lists`` how many values each row has, and the values of all, each in as few bytes as a segment needs. Skills and
    languages are numbers of their ``names`` here, which are in the order of their UTF-8.
    """

    model: str
    columns: dict[str, NDArray[Any]]
    lists: dict[str, tuple[NDArray[np.int32], NDArray[Any]]]
    names: dict[str, list[str]]
    size: int

    def __len__(self) -> int:
        return self.size


def rows(which: str, parameters: dict[str, Any]) -> list[Rows]:
    """The rows for which the condition holds, by the embedder that made their vectors; those that have none yet are
    with those of the embedder in use. One query."""
    connection.ensure_connection()
    # Binary: what is long comes as it is, without being written out and read.
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(ROWS.format(which=which), parameters, binary=True)
        found: dict[str, list[Sequence[Any]]] = {}
        for row in cursor:
            found.setdefault(row[MODEL] or embedder().name, []).append(row)
    return [_side_by_side(model, list(zip(*some, strict=True))) for model, some in found.items()]


def _side_by_side(model: str, columns: Sequence[Sequence[Any]]) -> Rows:
    (high, low), (member_high, member_low) = halves(list(columns[0])), halves(list(columns[1]))
    terms = [_numbers(sent) for sent in columns[21]]
    counts = np.frombuffer(b"".join(columns[22]), np.uint8)
    vectors = _vectors(columns[25])
    skills, skill_names = _named(columns[19])
    languages, language_names = _named(columns[20])
    return Rows(
        model=model,
        columns={
            "high": high,
            "low": low,
            "member_high": member_high,
            "member_low": member_low,
            "country": np.array([country_number(code) for code in columns[2]], dtype=np.uint16),
            "remote": np.array(columns[3], dtype=bool),
            "on_site": np.array(columns[4], dtype=bool),
            "pricing": np.array([PRICINGS.index(pricing) for pricing in columns[5]], dtype=np.uint8),
            "rate_eur": np.array(columns[6], dtype=np.float64),
            "rating": np.array(columns[7], dtype=np.float64),
            "rating_count": np.array(columns[8], dtype=np.int32),
            "hours_per_week": _whole(columns[9], np.int16),
            "available_from": _whole(columns[10], np.int32),
            "taking_work": np.array(columns[11], dtype=bool),
            "first_published_at": np.array(columns[12], dtype=np.float64),
            "indexed_at": np.array(columns[13], dtype=np.float64),
            "quality": np.array(columns[14], dtype=np.float64),
            "latitude": np.array(columns[15], dtype=np.float32),
            "longitude": np.array(columns[16], dtype=np.float32),
            "radius_km": np.array(columns[17], dtype=np.float32),
            "numbers": vectors.numbers,
            "scale": vectors.scale,
        },
        lists={
            "services": (_lengths(columns[18]), np.fromiter(chain.from_iterable(columns[18]), np.int32)),
            "skills": skills,
            "languages": languages,
            "terms": (_lengths(terms), np.concatenate([*terms, NO_TERMS])),
            "impacts": (_lengths(terms), _impacts(counts, _lengths(terms), np.array(columns[23], dtype=np.float64))),
        },
        names={"skills": skill_names, "languages": language_names},
        size=len(high),
    )


def _vectors(sent: Sequence[bytes | None]) -> Rounded:
    """Of pages that have none yet zeros."""
    vectors = np.zeros((len(sent), embedder().dimensions), dtype=np.float16)
    for place, vector in enumerate(sent):
        if vector is not None:
            vectors[place] = np.frombuffer(vector, ">f2", offset=HEADER)
    return Rounded.of(vectors)


def _named(rows: Sequence[Sequence[str]]) -> tuple[tuple[NDArray[np.int32], NDArray[np.int32]], list[str]]:
    """Lists of names as numbers, and the names."""
    names = sorted(set(chain.from_iterable(rows)), key=str.encode)
    numbers = {name: number for number, name in enumerate(names)}
    return (_lengths(rows), np.fromiter((numbers[name] for row in rows for name in row), np.int32)), names


def _numbers(sent: bytes) -> NDArray[np.int32]:
    if len(sent) < ARRAY_HEADER:
        return NO_TERMS
    return np.frombuffer(sent, ">i4", offset=ARRAY_HEADER)[1::2].astype(np.int32)


def _impacts(counts: NDArray[np.uint8], terms: NDArray[np.int32], lengths: NDArray[np.float64]) -> NDArray[np.uint16]:
    """What each word counts in its page: BM25 without the word's own weight, of ``WHOLE``. ``counts``: of all pages'
    words one after the other, how often they stand there, in halves. ``terms``: how many words each page has,
    ``lengths``: as multiples of the mean."""
    norm = np.repeat(K1 * (1 - B + B * lengths), terms)
    occurrences = counts / 2
    # At least 1: what counts next to nothing still stands there.
    return np.clip(np.round(occurrences / (occurrences + norm) * WHOLE), 1, WHOLE).astype(np.uint16)


def _whole(values: Sequence[int | None], kind: Any) -> NDArray[Any]:
    return np.array([UNKNOWN if value is None else value for value in values], dtype=kind)


def _lengths(rows: Sequence[Sequence[Any] | NDArray[Any]]) -> NDArray[np.int32]:
    return np.array([len(row) for row in rows], dtype=np.int32)
