"""Dividing the lists of services into cells of pages that mean something alike, so that searches and matching read the
nearest of them instead of all (inverted file: Jégou, Douze and Schmid 2011).

Centroids are the means that Lloyd's algorithm finds in a sample. A list that is divided anew is whole at every moment:
each page is in exactly one cell, old or new, and all that read lists read both.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from struct import pack
from typing import Final, TypeVar
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from django.db.models import F
from numpy.typing import NDArray
from pgvector import HalfVector

from marketplace.copying import copy_values
from services.models import SearchStatistics, ServiceCell, ServiceMean
from services.search.embedding.base import Vectors
from services.search.embedding.chosen import embedder
from services.search.placing import nearest_of, read_vectors

MANY: Final = 2500
"""Pages in all from which lists are divided, each into one cell at least: fewer are all compared."""
CELL: Final = 64
"""Pages that a cell is to have."""
MOST_CELLS: Final = 128
"""Of a list: each page that is placed is compared with all of them."""
A_CELL: Final = 24
"""Pages in the sample for each cell."""
ROUNDS: Final = 8
"""Of Lloyd's algorithm. Further ones change little in a sample."""
GROWN: Final = 1.5
"""How many times as many pages as at the last division, or as few, call for another one."""
SAMPLED: Final = 500_000
"""Pages of which the samples are taken at most."""
MOVED: Final = 1000
"""Pages that are moved in one transaction."""
READ: Final = 10_000
"""Pages whose vectors are read together."""
Sample = dict[int, list[UUID]]
"""Pages of each service."""
T = TypeVar("T")

SAMPLE: Final = "SELECT page_id, service_ids FROM services_searchentry TABLESAMPLE SYSTEM (%s) REPEATABLE (1)"
VECTORS: Final = "SELECT page_id, halfvec_send(embedding) FROM services_pagevector WHERE page_id = ANY(%s)"
MISPLACED: Final = """
SELECT page_id FROM services_serviceposting
WHERE service_id = %s AND cell <> ALL(ARRAY(SELECT id FROM services_servicecell WHERE service_id = %s AND is_open))
"""
LOCK: Final = "SELECT FROM services_searchentry WHERE page_id = ANY(%s) ORDER BY page_id FOR NO KEY UPDATE"
MOVE: Final = """
UPDATE services_serviceposting p SET cell = placed.cell, sketch = placed.sketch, reach = placed.reach
FROM services_pagevector v CROSS JOIN LATERAL services_placed(%s, v.embedding) AS placed
WHERE v.page_id = p.page_id AND p.service_id = %s AND p.page_id = ANY(%s)
"""
FORGET: Final = """
DELETE FROM services_servicecell c WHERE NOT is_open AND NOT EXISTS (
    SELECT FROM services_serviceposting p WHERE p.service_id = c.service_id AND p.cell = c.id
)
"""


def divide_lists() -> int:
    """Divides the lists anew where the index has grown or shrunk much, or all its vectors are of another embedder
    now; returns how many were. Three queries where there is nothing to do. Safe to run twice and to interrupt."""
    _forget_old()
    kept = SearchStatistics.current()
    like_before = kept.pages / GROWN < kept.divided_pages < kept.pages * GROWN
    if kept.pages < MANY or (like_before and kept.divided_by == _made_by(kept)):
        return 0
    services = draw_cells()
    for service in services:
        _move(service)
    note_division()
    return len(services)


def draw_cells() -> list[int]:
    """Gives each list new cells, and closes the old ones; the ids of these services. Nothing is moved."""
    lists, share = _sample()
    lengths = {service: len(pages) / share for service, pages in lists.items()}
    cells = {service: min(MOST_CELLS, max(1, round(length / CELL))) for service, length in lengths.items()}
    drawn: list[int] = []
    for sample in _together({service: _some(lists[service], cells[service] * A_CELL) for service in sorted(lists)}):
        vectors = _vectors(sample)
        _replace({service: (of_it.mean(axis=0), means(of_it, cells[service])) for service, of_it in vectors.items()})
        drawn += vectors
    return drawn


def note_division() -> None:
    """Notes that all lists are divided by what the index holds now."""
    divided_by = _made_by(SearchStatistics.current())
    SearchStatistics.objects.filter(pk=1).update(divided_pages=F("pages"), divided_by=divided_by)


def _made_by(kept: SearchStatistics) -> str:
    """The embedder of the vectors: while pages are embedded anew, that of before."""
    return kept.embedded_by or embedder().name


def means(vectors: Vectors, number: int) -> Vectors:
    """``number`` centroids of the vectors: k-means by Lloyd's algorithm. One that is nearest to none stays."""
    chosen = _some(range(len(vectors)), number)
    centroids = vectors[chosen]
    for _round in range(ROUNDS):
        nearest = nearest_of(vectors, centroids)
        order = np.argsort(nearest, kind="stable")
        taken, starts, counts = np.unique(nearest[order], return_index=True, return_counts=True)
        centroids[taken] = np.add.reduceat(vectors[order], starts) / counts[:, None]
    return centroids


def _sample() -> tuple[dict[int, list[UUID]], float]:
    """Pages of some blocks of the index by their services, and the share of all pages that these are."""
    share = min(1.0, SAMPLED / max(SearchStatistics.current().pages, 1))
    lists: dict[int, list[UUID]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(SAMPLE, [100 * share])
        for page, services in cursor.fetchall():
            for service in services:
                lists[service].append(page)
    return lists, share


def _some(things: Sequence[T], most: int) -> list[T]:
    """The same ones each time."""
    return Random(1).sample(things, most) if len(things) > most else list(things)  # noqa: S311  no secret


def _together(samples: Sample) -> Iterator[Sample]:
    """The samples, those of some services together, so that not each takes a query."""
    part: Sample = {}
    for service, pages in samples.items():
        part[service] = pages
        if sum(map(len, part.values())) >= READ:
            yield part
            part = {}
    if part:
        yield part


def _vectors(sample: Sample) -> dict[int, Vectors]:
    """The vectors of each service's pages, where it has any."""
    with connection.cursor() as cursor:
        cursor.execute(VECTORS, [list({page for pages in sample.values() for page in pages})])
        rows = cursor.fetchall()
    places = {page: place for place, (page, _sent) in enumerate(rows)}
    vectors = read_vectors([sent for _page, sent in rows])
    found = {service: [places[page] for page in pages if page in places] for service, pages in sample.items()}
    return {service: vectors[of_it] for service, of_it in found.items() if of_it}


def _replace(drawn: Mapping[int, tuple[NDArray[np.float32], Vectors]]) -> None:
    """New pages go into the new cells as soon as this is committed. ``drawn``: each service's mean and centroids."""
    centroids = [(service, centroid) for service, (_mean, of_it) in drawn.items() for centroid in of_it]
    with transaction.atomic():
        ServiceMean.objects.filter(service_id__in=drawn).delete()
        means_of = _rows((service, mean) for service, (mean, _centroids) in drawn.items())
        copy_values(ServiceMean, ["service_id", "mean"], means_of, binary=True)
        ServiceCell.objects.filter(service_id__in=drawn, is_open=True).update(is_open=False)
        copy_values(ServiceCell, ["service_id", "centroid"], _rows(centroids), binary=True)


def _rows(vectors: Iterable[tuple[int, NDArray[np.float32]]]) -> Iterator[tuple[bytes, bytes]]:
    for service, vector in vectors:
        yield pack(">i", service), HalfVector(vector).to_binary()


def _move(service: int) -> None:
    """Places the pages that are in no open cell."""
    with connection.cursor() as cursor:
        cursor.execute(MISPLACED, [service, service])
        pages = [page for (page,) in cursor.fetchall()]
    for batch in _batches(pages):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LOCK, [batch])  # whoever embeds one of them anew comes before or after
            cursor.execute(MOVE, [service, service, batch])


def _batches(pages: Sequence[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(pages), MOVED):
        yield list(pages[start : start + MOVED])


def _forget_old() -> None:
    """Takes away the cells that an earlier division left empty. Not at once: somebody may just have read them."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET)
