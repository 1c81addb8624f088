"""The whole index in memory, as plain arrays: what an exact search costs that needs no database at all."""

from collections import defaultdict
from functools import cached_property
from typing import Final, TypeVar

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from services.models import Service
from services.search.embedding.chosen import embedder
from services.search.filters import KM_PER_DEGREE
from services.search.query import SearchQuery

ROWS: Final = """
SELECT e.country, e.remote, e.on_site, coalesce(e.rating, 0), e.latitude, e.longitude, e.rate_eur, e.languages,
    e.service_ids, e.taking_work AND (e.available_from IS NULL OR e.available_from <= current_date),
    halfvec_send(v.embedding)
FROM services_searchentry e JOIN services_pagevector v ON v.page_id = e.page_id
"""
BATCH: Final = 20_000
HEADER: Final = 4
"""Bytes of a vector's binary form ahead of its numbers (pgvector's halfvec_send)."""
Mask = NDArray[np.bool_]
Key = TypeVar("Key")


class Columns:
    """Filters and vectors of all pages."""

    def __init__(self) -> None:
        rows, vectors = [], []
        with connection.chunked_cursor() as cursor:
            cursor.execute(ROWS)
            while batch := cursor.fetchmany(BATCH):
                rows += [row[:-1] for row in batch]
                vectors.append(np.array([np.frombuffer(row[-1], ">f2", offset=HEADER) for row in batch], np.float32))
        self._vectors = np.concatenate(vectors)
        country, remote, on_site, rating, latitude, longitude, rate, languages, services, available = zip(
            *rows, strict=True
        )
        self._flags = {True: np.array(remote, bool), False: np.array(on_site, bool)}
        self._country, self._rating, self._available = np.array(country), np.array(rating, float), np.array(available)
        self._latitude, self._longitude = np.array(latitude, float), np.array(longitude, float)
        self._rate = np.array(rate, float)
        self._speaking, self._offering = _places(languages), _places(services)

    def scan(self, query: SearchQuery) -> NDArray[np.int64]:
        """The places of the twenty pages nearest to the text, among those that pass the filters."""
        eligible = np.flatnonzero(self._passing(query)) if self._narrows(query) else None
        vectors = self._vectors if eligible is None else self._vectors[eligible]
        scores = vectors @ embedder().embed([query.text])[0]
        nearest = np.argpartition(-scores, 19)[:20] if len(scores) > 20 else np.arange(len(scores))
        best = nearest[np.argsort(-scores[nearest])]
        return best if eligible is None else eligible[best]

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

    def _among(self, places: NDArray[np.int64] | None) -> Mask:
        mask = np.zeros(len(self._country), bool)
        if places is not None:
            mask[places] = True
        return mask

    @cached_property
    def _service_ids(self) -> dict[str, int]:
        return dict(Service.objects.values_list("slug", "pk"))


def _places(lists: tuple[list[Key], ...]) -> dict[Key, NDArray[np.int64]]:
    """For each value where it stands."""
    found: dict[Key, list[int]] = defaultdict(list)
    for place, values in enumerate(lists):
        for value in values:
            found[value].append(place)
    return {value: np.array(places) for value, places in found.items()}
