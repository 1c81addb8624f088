"""The whole index in memory, as plain arrays: what an exact search costs that needs no database at all."""

from array import array
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property, partial
from typing import Any, Final, TypeVar

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from services.models import PageVector, Service
from services.models.search import DIMENSIONS
from services.search.embedding.chosen import embedder
from services.search.filters import KM_PER_DEGREE
from services.search.query import SearchQuery

ROWS: Final = """
SELECT e.country, e.remote, e.on_site, coalesce(e.rating, 0), coalesce(e.latitude, 'NaN'), coalesce(e.longitude, 'NaN'),
    e.taking_work AND (e.available_from IS NULL OR e.available_from <= current_date),
    e.languages, e.service_ids, halfvec_send(v.embedding)
FROM services_searchentry e JOIN services_pagevector v ON v.page_id = e.page_id
"""
ONE_OF: Final = {
    "country": "U2",
    "remote": "?",
    "on_site": "?",
    "rating": "f4",
    "latitude": "f8",
    "longitude": "f8",
    "available": "?",
}
"""What a page has one of, in the order of ``ROWS``, as NumPy types."""
BATCH: Final = 20_000
BLOCK: Final = 65_536
"""Pages whose vectors are compared at once: those of all ten million that pass would not fit beside them."""
HEADER: Final = 4
"""Bytes of a vector's binary form ahead of its numbers (pgvector's halfvec_send)."""
FIRST: Final = 20
Mask = NDArray[np.bool_]
Key = TypeVar("Key")


class Columns:
    """Filters and vectors of all pages: 1.1 KB a page."""

    def __init__(self) -> None:
        number = PageVector.objects.count()
        self._vectors = np.empty((number, DIMENSIONS), np.float32)
        values: dict[str, NDArray[Any]] = {name: np.empty(number, kind) for name, kind in ONE_OF.items()}
        self._speaking: dict[str, array[int]] = defaultdict(partial(array, "i"))
        self._offering: dict[int, array[int]] = defaultdict(partial(array, "i"))
        begun = 0
        with connection.chunked_cursor() as cursor:
            cursor.execute(ROWS)
            while rows := cursor.fetchmany(BATCH):
                *single, languages, services, vectors = zip(*rows, strict=True)
                here = slice(begun, begun + len(rows))
                for name, read in zip(values, single, strict=True):
                    values[name][here] = read
                self._vectors[here] = [np.frombuffer(vector, ">f2", offset=HEADER) for vector in vectors]
                _note(self._speaking, languages, begun)
                _note(self._offering, services, begun)
                begun = here.stop
        self._flags = {True: values["remote"], False: values["on_site"]}
        self._country, self._rating, self._available = values["country"], values["rating"], values["available"]
        self._latitude, self._longitude = values["latitude"], values["longitude"]

    def scan(self, query: SearchQuery) -> NDArray[np.intp]:
        """The places of the twenty pages nearest to the text, among those that pass the filters."""
        asked = embedder().embed([query.text])[0]
        passing = self._passing(query) if self._narrows(query) else None
        places, scores = [], []
        for begun in range(0, len(self._vectors), BLOCK):
            vectors = self._vectors[begun : begun + BLOCK]
            eligible = np.arange(len(vectors)) if passing is None else np.flatnonzero(passing[begun : begun + BLOCK])
            scored = (vectors if passing is None else vectors[eligible]) @ asked
            best = _highest(scored)
            places.append(begun + eligible[best])
            scores.append(scored[best])
        return np.concatenate(places)[_highest(np.concatenate(scores))]

    def _narrows(self, query: SearchQuery) -> bool:
        return query != SearchQuery(text=query.text)

    def _passing(self, query: SearchQuery) -> Mask:
        mask = np.ones(len(self._country), bool)
        if query.service:
            mask &= self._among(self._offering.get(self._service_ids[query.service]))
        if query.language:
            mask &= self._among(self._speaking.get(query.language))
        if query.country:
            mask &= self._country == query.country
        if query.remote is not None:
            mask &= self._flags[query.remote]
        if query.min_rating is not None:
            mask &= self._rating >= query.min_rating
        if query.available:
            mask &= self._available
        if query.latitude is not None and query.longitude is not None:
            high = (self._latitude - query.latitude) * KM_PER_DEGREE
            wide = (self._longitude - query.longitude) * KM_PER_DEGREE * np.cos(np.radians(query.latitude))
            mask &= np.hypot(high, wide) <= query.radius_km
        return mask

    def _among(self, places: "array[int] | None") -> Mask:
        mask = np.zeros(len(self._country), bool)
        if places is not None:
            mask[np.frombuffer(places, np.int32)] = True
        return mask

    @cached_property
    def _service_ids(self) -> dict[str, int]:
        return dict(Service.objects.values_list("slug", "pk"))


def _note(found: "dict[Key, array[int]]", lists: Iterable[Iterable[Key]], begun: int) -> None:
    """Adds to each value where it stands, the first of these lists at ``begun``."""
    for place, values in enumerate(lists, begun):
        for value in values:
            found[value].append(place)


def _highest(scores: NDArray[np.float32]) -> NDArray[np.intp]:
    """Where the twenty highest stand, the highest first."""
    some = np.argpartition(-scores, FIRST - 1)[:FIRST] if len(scores) > FIRST else np.arange(len(scores))
    return some[np.argsort(-scores[some])]
