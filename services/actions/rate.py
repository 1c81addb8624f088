"""Ratings, told from above: reviews call this in their own transaction."""

from uuid import UUID

from django.db import transaction
from django.db.models import F

from marketplace.errors import InvalidInput, NotFound
from services.models import ServicePage
from services.search.index import page_changed

STARS = range(1, 6)


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
