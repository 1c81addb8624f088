"""Examples to learn from: the pages that a request was shown to, with their features and what came of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Final

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from requests.learning.grades import graded
from requests.matching.features import FEATURES, NEUTRAL
from requests.models import Match, RequestStatus

SETTLED_AFTER: Final = timedelta(days=30)
"""A request that is still open after so long tells what it will tell."""
MOST: Final = 50_000
"""Requests that are learned from: the latest."""

BEGINNING: Final = datetime.min.replace(tzinfo=UTC)

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One request: ``features`` of shape (pages, features) in the order of ``FEATURES``, and a grade from 0 to 5 and a
    place from 0 for each page, by the ranking that was in force then. ``at``: when it was published."""

    features: Matrix
    grades: NDArray[np.int64]
    places: NDArray[np.int64]
    at: datetime = BEGINNING

    @property
    def tells(self) -> bool:
        """Whether one page came out better than another."""
        return len(self.grades) > 1 and bool(self.grades.min() < self.grades.max())


def matrix(features: Sequence[Mapping[str, Any]]) -> Matrix:
    """The features of pages as an array of shape (pages, features)."""
    rows = [[float(each.get(name, NEUTRAL)) for name in FEATURES] for each in features]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(FEATURES))


def read_examples(*, now: datetime, most: int = MOST) -> list[Example]:
    """The examples of requests whose outcome is settled, earliest first; the latest ``most`` requests. One query.

    Those that tell nothing are among them: nobody learns from them what is better, but how often something comes of a
    place."""
    return list(_read(now, most))


def telling(examples: Sequence[Example]) -> int:
    """How many of them tell something."""
    return sum(example.tells for example in examples)


def _read(now: datetime, most: int) -> Iterator[Example]:
    open_ones = Q(request__status__in=[RequestStatus.OPEN, RequestStatus.IN_REVIEW])
    settled = Match.objects.exclude(open_ones & Q(request__first_published_at__gt=now - SETTLED_AFTER))
    latest = settled.order_by("-request__first_published_at").values_list("request__first_published_at", flat=True)
    # Each wave has about ten matches; the moment of the match that far back bounds the read by the index.
    since = latest[most * 10 - 1 : most * 10].first()
    if since is not None:
        settled = settled.filter(request__first_published_at__gte=since)
    rows = settled.order_by("request__first_published_at", "request_id", "rank").values_list(
        "request_id", "request__first_published_at", "rank", "features", graded()
    )
    for (_request, at), group in groupby(rows.iterator(chunk_size=5000), key=lambda row: row[:2]):
        matches = list(group)
        yield Example(
            features=matrix([features for *_others, features, _grade in matches]),
            grades=np.array([grade for *_others, grade in matches], dtype=np.int64),
            places=np.array([rank - 1 for _id, _at, rank, *_others in matches], dtype=np.int64),
            at=at or BEGINNING,
        )
