"""Placing many pages in the lists at once: what ``services_placed`` does in the database for one, for whole arrays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from marketplace.copying import BINARY_HEADER
from services.models.search import DIMENSIONS
from services.search.embedding.base import Vectors

READ: Final = 20_000
"""Pages whose vectors are in memory at a time: 1 KB for each of their services."""
HEADER: Final = 4
"""Bytes of a vector's binary form ahead of its numbers."""
LEAST_REACH: Final = 1e-9
"""What stands for the length of no difference."""

CELLS: Final = """
SELECT service_id, id, halfvec_send(centroid) FROM services_servicecell WHERE is_open ORDER BY service_id, id
"""
UP_TO: Final = """
SELECT max(page_id::text) FROM (
    SELECT page_id FROM services_searchentry WHERE page_id > %(after)s ORDER BY page_id LIMIT %(most)s
) AS following
"""
VECTORS: Final = """
COPY (
    SELECT service, e.page_id, v.embedding FROM services_searchentry e
    JOIN services_pagevector v ON v.page_id = e.page_id CROSS JOIN LATERAL unnest(e.service_ids) AS service
    WHERE e.page_id > %(after)s AND e.page_id <= %(up_to)s
) TO STDOUT (FORMAT binary)
"""
"""Pages with each of their services and their vectors, in records of one length."""
FOUND: Final = np.dtype(
    [
        ("fields", ">i2"),
        *(("service_size", ">i4"), ("service", ">i4"), ("page_size", ">i4"), ("page", "V16")),
        *(("vector_size", ">i4"), ("dimensions", ">i4"), ("vector", ">f2", (DIMENSIONS,))),
    ]
)
PLACED: Final = np.dtype(
    [
        ("fields", ">i2"),
        *(("service_size", ">i4"), ("service", ">i4"), ("page_size", ">i4"), ("page", "V16")),
        *(("cell_size", ">i4"), ("cell", ">i4"), ("sketch_size", ">i4"), ("bits", ">i4")),
        *(("sketch", "V32"), ("reach_size", ">i4"), ("reach", ">f8")),
    ]
)
"""Rows in PostgreSQL's binary form (``copying.copy_records``)."""


Lists = Mapping[int, "Cells"]
"""The cells of each service's list."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The open cells of one list: ``ids`` and ``centroids`` in the same order."""

    ids: NDArray[np.int64]
    centroids: Vectors

    def place(self, vectors: Vectors) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.float32]]:
        """For each vector the id of its cell, its sketch as 32 bytes, and its reach (``ServicePosting``)."""
        nearest = nearest_of(vectors, self.centroids)
        apart = vectors - self.centroids[nearest]
        reach = (apart**2).sum(axis=1) / np.maximum(np.abs(apart).sum(axis=1), LEAST_REACH)
        return self.ids[nearest], np.packbits(apart > 0, axis=1), reach


def nearest_of(vectors: Vectors, centroids: Vectors) -> NDArray[np.int64]:
    """The place of the centroid that each vector is nearest to."""
    found: NDArray[np.int64] = np.argmax(vectors @ centroids.T - (centroids**2).sum(axis=1) / 2, axis=1)
    return found


def open_cells() -> Lists:
    """The open cells of all lists. One query."""
    with connection.cursor() as cursor:
        cursor.execute(CELLS)
        rows = cursor.fetchall()
    return {
        service: Cells(np.array([row[1] for row in of_it]), read_vectors([row[2] for row in of_it]))
        for service, of_it in ((service, list(group)) for service, group in groupby(rows, key=lambda row: row[0]))
    }


def read_vectors(sent: Sequence[bytes]) -> Vectors:
    """Vectors from the binary form that pgvector's ``halfvec_send`` gives."""
    rows = [np.frombuffer(each, ">f2", offset=HEADER) for each in sent]
    found: Vectors = np.array(rows, np.float32).reshape(len(rows), -1)
    return found


def placed(lists: Lists) -> Iterator[tuple[int, bytes]]:
    """For the pages of the index, some thousand at a time: how many, and a record of ``PLACED`` for each of their
    services that has cells. Two queries each time."""
    after = UUID(int=0)
    with connection.cursor() as cursor:
        while True:
            cursor.execute(UP_TO, {"after": after, "most": READ})
            (up_to,) = cursor.fetchone()
            if up_to is None:
                return
            with cursor.copy(VECTORS, {"after": after, "up_to": UUID(up_to)}) as copy:
                sent = b"".join(copy)
            found = np.frombuffer(sent, FOUND, offset=len(BINARY_HEADER), count=len(sent) // FOUND.itemsize)
            yield READ, _place(found, lists).tobytes()
            after = UUID(up_to)


def _place(found: NDArray[np.void], lists: Lists) -> NDArray[np.void]:
    """Records of ``PLACED`` for those of ``FOUND``."""
    made = np.zeros(len(found), PLACED)
    made["fields"], made["service_size"], made["page_size"], made["cell_size"] = 5, 4, 16, 4
    made["sketch_size"], made["bits"], made["reach_size"] = 4 + DIMENSIONS // 8, DIMENSIONS, 8
    made["service"], made["page"] = found["service"], found["page"]
    order = np.argsort(found["service"], kind="stable")
    services, starts = np.unique(found["service"][order], return_index=True)
    is_placed = np.zeros(len(found), bool)
    for service, rows in zip(services.tolist(), np.split(order, starts[1:]), strict=True):
        if service in lists:
            cells, sketches, reach = lists[service].place(found["vector"][rows].astype(np.float32))
            made["cell"][rows], made["reach"][rows] = cells, reach
            made["sketch"][rows] = sketches.view("V32")[:, 0]
            is_placed[rows] = True
    return made[is_placed]
