"""Ratings of clients, told from above: reviews call this in their own transaction."""

from uuid import UUID

from django.db import transaction
from django.db.models import F

from marketplace.errors import InvalidInput
from requests.models import ClientRecord

STARS = range(1, 6)


@transaction.atomic
def record_client_rating(*, member_id: UUID, stars: int) -> None:
    """Counts a rating from 1 to 5 of a client. Who may rate is for the caller to know. Raises InvalidInput."""
    if stars not in STARS:
        raise InvalidInput
    ClientRecord.objects.get_or_create(member_id=member_id)
    ClientRecord.objects.filter(member=member_id).update(
        rating_sum=F("rating_sum") + stars, rating_count=F("rating_count") + 1
    )
