"""The reviews on a provider's public page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest

from engagements.models import OutsideReview, Review
from marketplace.api import read_cursor, write_cursor
from marketplace.errors import InvalidInput
from services.models import ServicePage
from services.presentation.sections import Section

PER_PAGE: Final = 6
SALT: Final = "reviews"
LONGEST_STRUCTURED: Final = 1000


@dataclass(frozen=True, slots=True)
class PageReviews:
    """What the section shows. ``bars`` are (stars, how many) from five down; ``more`` is the cursor of what follows."""

    page: ServicePage
    reviews: Sequence[Review]
    bars: Sequence[tuple[int, int]]
    more: str
    outside: Sequence[OutsideReview]

    @property
    def count(self) -> int:
        """Number of published reviews by clients of this marketplace."""
        return sum(number for _stars, number in self.bars)


def load(request: HttpRequest, page: ServicePage) -> PageReviews | None:
    """The page's reviews, newest first, from the cursor in the address on. No query for a page without reviews, two for
    one with reviews, and one for those of past clients from outside."""
    if not page.rating_count and not page.outside_reviews:
        return None
    reviews, more = _reviews(page, request.GET.get("reviews", "")) if page.rating_count else ([], "")
    bars = _bars(page) if page.rating_count else []
    outside = list(page.reviews_from_outside.order_by("-created_at")) if page.outside_reviews else []
    if not reviews and not bars and not outside:
        return None
    return PageReviews(page, reviews, bars, more, outside)


def _reviews(page: ServicePage, cursor: str) -> tuple[list[Review], str]:
    rows = (
        Review.objects.published()
        .filter(page=page)
        .select_related("engagement__client", "engagement__request__service")
    )
    after = _read(cursor)
    if after is not None:
        moment, pk = after
        rows = rows.filter(Q(published_at__lt=moment) | Q(published_at=moment, pk__lt=pk), published_at__lte=moment)
    found = list(rows.order_by("-published_at", "-pk")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    if len(found) <= PER_PAGE:
        return shown, ""
    return shown, write_cursor([shown[-1].published_at, shown[-1].pk], salt=SALT)


def _read(cursor: str) -> tuple[datetime, UUID] | None:
    """Where to go on; the beginning where there is no cursor, or none of ours."""
    try:
        moment, pk = read_cursor(cursor, salt=SALT) if cursor else (None, None)
        return (datetime.fromisoformat(moment), UUID(pk)) if moment else None
    except InvalidInput:
        return None


def _bars(page: ServicePage) -> list[tuple[int, int]]:
    rows = Review.objects.published().filter(page=page).order_by().values_list("rating").annotate(number=Count("pk"))
    counts = dict(rows)
    return [(stars, counts.get(stars, 0)) for stars in range(5, 0, -1)] if counts else []


def structured(found: PageReviews) -> Mapping[str, Any]:
    """The reviews that are shown, as schema.org has them. Those from outside are not vouched for and stay away."""
    return {"review": [_structured(each) for each in found.reviews]}


def _structured(review: Review) -> dict[str, Any]:
    assert review.published_at is not None  # only published ones are loaded
    return {
        "@type": "Review",
        "author": {"@type": "Person", "name": review.author.display_name},
        "datePublished": review.published_at.date().isoformat(),
        "reviewBody": review.text[:LONGEST_STRUCTURED],
        "reviewRating": {"@type": "Rating", "ratingValue": review.rating, "bestRating": 5, "worstRating": 1},
    }


SECTION = Section(template="engagements/page_reviews.html", load=load, structured=structured)
