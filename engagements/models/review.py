"""Reviews: what the two sides say of each other after the work."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from engagements.models.engagement import Engagement, other_side
from marketplace.ids import new_id
from requests.models import Side
from services.models import ServicePage

LONGEST_TEXT = 3000
LONGEST_REPLY = 1500


class Opinion(models.Model):
    """Base of all reviews: stars, words, and the one public answer of the reviewed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rating = models.PositiveSmallIntegerField(_("stars"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    text = models.TextField(_("review"), max_length=LONGEST_TEXT)
    reply = models.TextField(_("reply"), max_length=LONGEST_REPLY, blank=True, default="")
    replied_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


class ReviewQuerySet(models.QuerySet["Review"]):
    """Sets of reviews."""

    def published(self) -> "ReviewQuerySet":
        """Those that anybody may read."""
        return self.filter(published_at__isnull=False)

    def readable_by(self, member: Member) -> "ReviewQuerySet":
        """Published ones, and the member's own before that. Nobody else sees a hidden one, not even staff."""
        own = Q(by=Side.CLIENT, engagement__client=member) | Q(by=Side.PROVIDER, engagement__provider=member)
        return self.filter(Q(published_at__isnull=False) | own)


class Review(Opinion):
    """What one side says of the other. Hidden and open to change until ``published_at``.

    ``page`` is that of the provider where the client wrote it, and empty where the provider did.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="reviews")
    by = models.CharField(max_length=8, choices=Side.choices)
    page = models.ForeignKey(ServicePage, on_delete=models.PROTECT, null=True, blank=True, related_name="reviews")
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[ReviewQuerySet] = ReviewQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["engagement", "by"], name="engagements_review_once"),
            models.CheckConstraint(condition=Q(rating__range=(1, 5)), name="engagements_review_rating"),
            models.CheckConstraint(
                condition=Q(by=Side.CLIENT, page__isnull=False) | Q(by=Side.PROVIDER, page__isnull=True),
                name="engagements_review_side",
            ),
            models.CheckConstraint(
                condition=Q(reply="") | Q(published_at__isnull=False), name="engagements_review_reply"
            ),
        ]
        indexes: ClassVar = [
            # The public page: newest first, and the number of each rating.
            models.Index(
                fields=["page", "-published_at", "-id"],
                condition=Q(published_at__isnull=False),
                include=["rating"],
                name="engagements_review_of_page",
            )
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id}, {self.by}: {self.rating}"

    @property
    def author(self) -> Member:
        """Who wrote it."""
        return self.engagement.member_on(self.by)

    @property
    def reviewed(self) -> Member:
        """Whom it is about."""
        return self.engagement.member_on(other_side(self.by))
