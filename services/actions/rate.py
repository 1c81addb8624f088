"""Ratings and the record of a page, told from above: engagements call this in their own transactions."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from marketplace.errors import InvalidInput, NotFound
from services.models import ServicePage
from services.search.index import page_changed

STARS = range(1, 6)
SET_RESPONSE_TIMES = """
WITH changed AS (
    SELECT p.id, n.seconds
    FROM services_servicepage p JOIN unnest(%s::uuid[], %s::int[]) AS n (id, seconds) ON n.id = p.id
    WHERE p.response_seconds IS DISTINCT FROM n.seconds
    ORDER BY p.id FOR NO KEY UPDATE OF p  -- writers of many rows lock them in one order
)
UPDATE services_servicepage p SET response_seconds = changed.seconds FROM changed WHERE changed.id = p.id
"""


@transaction.atomic
def record_rating(*, page_id: UUID, stars: int, replaces: int | None = None) -> None:
    """Counts a rating from 1 to 5 on the page; one that ``replaces`` another is not counted twice.

    Who may rate is for the caller to know. Raises InvalidInput and NotFound.
    """
    if stars not in STARS or (replaces is not None and replaces not in STARS):
        raise InvalidInput
    added, count = (stars, 1) if replaces is None else (stars - replaces, 0)
    rows = ServicePage.objects.filter(pk=page_id)
    if not rows.update(rating_sum=F("rating_sum") + added, rating_count=F("rating_count") + count):
        raise NotFound
    page_changed(page_id)


def record_job_done(*, page_id: UUID) -> None:
    """Counts a completed job on the page. Raises NotFound."""
    _count(page_id, "jobs_done")


def record_outside_review(*, page_id: UUID) -> None:
    """Counts a review by a past client from outside. It is shown apart, and no part of the rating. Raises NotFound."""
    _count(page_id, "outside_reviews")


def record_response_times(*, pages: Collection[UUID], seconds: Mapping[UUID, int]) -> int:
    """Sets the median time to the first answer of these pages, and clears it where ``seconds`` names none.

    Only what changed is written; returns how many pages that were.
    """
    with connection.cursor() as cursor:
        cursor.execute(SET_RESPONSE_TIMES, [list(pages), [seconds.get(page_id) for page_id in pages]])
        return int(cursor.rowcount)


def _count(page_id: UUID, column: str) -> None:
    if not ServicePage.objects.filter(pk=page_id).update(**{column: F(column) + 1}):
        raise NotFound
