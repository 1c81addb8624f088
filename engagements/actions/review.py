"""Writing reviews, and publishing them together."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from engagements.actions.common import lock_engagement, note, side_of
from engagements.models import Engagement, EngagementStatus, Review
from marketplace.errors import IllegalMove, InvalidInput
from requests.actions import record_client_rating
from requests.models import Side
from services.actions import record_rating

STARS = range(1, 6)


class ReviewsClosed(IllegalMove):
    """The time for reviews is over, or both were published."""

    code = "reviews_closed"
    message = _("The time for reviews of this work is over.")


@transaction.atomic
def write_review(
    *, actor: Member, engagement: Engagement, rating: int, text: str, now: datetime
) -> tuple[Review, bool]:
    """The actor's review of the other side, and whether it is new; until it is published, writing again replaces it.

    It stays hidden until the other side has written too, or the time for reviews is over; both are published together.
    ``rating`` is 1 to 5 stars. Raises NotAllowed, InvalidInput, IllegalMove, ReviewsClosed.
    """
    if rating not in STARS:
        raise InvalidInput(
            fields={"rating": [{"code": "out_of_range", "message": str(_("Choose one to five stars."))}]}
        )
    engagement = lock_engagement(engagement)
    side = side_of(actor, engagement)
    if engagement.status != EngagementStatus.COMPLETED:
        raise IllegalMove(_("Reviews are written after the work is completed."))
    if not engagement.takes_reviews(now):
        raise ReviewsClosed
    review, is_new = _store(engagement, side, rating, text, now)
    if is_new:
        note("review_written", engagement, actor=actor, now=now, data={"by": side})
    if engagement.reviews.count() == len(Side):
        publish_reviews(engagement, now=now)
        review.refresh_from_db()
    return review, is_new


def publish_reviews(engagement: Engagement, *, now: datetime) -> list[Review]:
    """Publishes what was written about a locked engagement; the ratings count from this moment. Nothing follows it.

    Once is all: the engagement's clocks are stopped in the same transaction.
    """
    reviews = list(engagement.reviews.filter(published_at__isnull=True).order_by("by"))
    Review.objects.filter(pk__in=[each.pk for each in reviews]).update(published_at=now)
    for review in reviews:
        _count(review, engagement)
    engagement.reviews_due_at = engagement.review_remind_at = None
    engagement.save(update_fields=["reviews_due_at", "review_remind_at"])
    if reviews:
        note("reviews_published", engagement, actor=None, now=now, data={"by": [each.by for each in reviews]})
    return reviews


def _store(engagement: Engagement, side: Side, rating: int, text: str, now: datetime) -> tuple[Review, bool]:
    written = {"rating": rating, "text": text, "updated_at": now}
    page = engagement.page if side == Side.CLIENT else None
    return Review.objects.update_or_create(
        engagement=engagement,
        by=side,
        defaults=written,
        create_defaults=written | {"page": page, "created_at": now},
    )


def _count(review: Review, engagement: Engagement) -> None:
    if review.by == Side.CLIENT:
        record_rating(page_id=engagement.page_id, stars=review.rating)
    else:
        record_client_rating(member_id=engagement.client_id, stars=review.rating)
