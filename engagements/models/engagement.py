"""Engagements: what a client and a provider agreed on, and how far the work is."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.ids import new_id
from requests.models import PriceType, Proposal, ServiceRequest, Side
from services.models import ServicePage


class EngagementStatus(models.TextChoices):
    """See ``engagements.moves`` for the legal moves between them."""

    AGREED = "agreed", _("Agreed")
    UNDER_WAY = "under_way", _("Under way")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE = (EngagementStatus.AGREED, EngagementStatus.UNDER_WAY)
"""States in which something is still to be done."""


class CancelReason(models.TextChoices):
    """Why one side cancels. The other side is told."""

    PLANS_CHANGED = "plans_changed", _("My plans have changed")
    NO_TIME = "no_time", _("I have no time for it any more")
    NO_ANSWER = "no_answer", _("The other side no longer answers")
    TERMS = "terms", _("We no longer agree on the terms")
    QUALITY = "quality", _("The work is not what was agreed")
    TOGETHER = "together", _("We decided so together")
    OTHER = "other", _("Another reason")


class EngagementQuerySet(models.QuerySet["Engagement"]):
    """Sets of engagements."""

    def visible_to(self, member: Member | None) -> "EngagementQuerySet":
        """Those in which the member is one of the two sides; all of them for staff."""
        if member is None or not member.is_authenticated:
            return self.none()
        return self if member.is_staff else self.of(member)

    def of(self, member: Member) -> "EngagementQuerySet":
        """Those in which the member is one of the two sides."""
        return self.filter(Q(client=member) | Q(provider=member))

    def with_all(self) -> "EngagementQuerySet":
        """With the rows that pages, answers and mails name beside each engagement."""
        return self.select_related("request__service", "client", "provider", "page")


class Engagement(models.Model):
    """One deal about one request. The terms are a copy of those that were accepted, and never change.

    ``amount`` is in minor units of ``currency``, an hour where the price is hourly; ``days`` from agreement to
    delivery. Payment happens outside the site. ``completion_by`` is the side that marked the work completed; until the
    other one confirms, ``completion_due_at`` is when silence counts as a yes. ``reviews_due_at`` is when the time for
    reviews ends, and empty once they are published.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="engagements")
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="engagement")
    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="engagements_as_client")
    provider = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="engagements_as_provider"
    )
    page = models.ForeignKey(ServicePage, on_delete=models.PROTECT, related_name="engagements")
    status = models.CharField(max_length=9, choices=EngagementStatus.choices, default=EngagementStatus.AGREED)
    price_type = models.CharField(max_length=6, choices=PriceType.choices)
    amount = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    scope = models.TextField(_("scope (Markdown)"), blank=True, default="")
    agreed_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    completion_by = models.CharField(max_length=8, choices=Side.choices, blank=True, default="")
    completion_marked_at = models.DateTimeField(null=True, editable=False)
    completed_at = models.DateTimeField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    cancelled_by = models.CharField(max_length=8, choices=Side.choices, blank=True, default="")
    cancel_reason = models.CharField(max_length=16, choices=CancelReason.choices, blank=True, default="")
    cancel_words = models.CharField(_("the same in somebody's own words"), max_length=500, blank=True, default="")
    # Clocks: a sweep claims the rows whose time has come.
    completion_remind_at = models.DateTimeField(null=True, editable=False)
    completion_due_at = models.DateTimeField(null=True, editable=False)
    review_remind_at = models.DateTimeField(null=True, editable=False)
    reviews_due_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[EngagementQuerySet] = EngagementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar = [
            # One winner a request. After a cancellation before work began the request looks for another.
            models.UniqueConstraint(
                fields=["request"], condition=~Q(status=EngagementStatus.CANCELLED), name="engagements_one_a_request"
            ),
            models.CheckConstraint(
                condition=Q(status__in=EngagementStatus.values), name="engagements_engagement_status"
            ),
            models.CheckConstraint(
                condition=Q(price_type__in=PriceType.values, amount__gt=0) & ~Q(currency=""),
                name="engagements_engagement_terms",
            ),
            models.CheckConstraint(condition=~Q(client=F("provider")), name="engagements_engagement_two_sides"),
            models.CheckConstraint(
                condition=~Q(status=EngagementStatus.AGREED) | Q(started_at__isnull=True, completion_by=""),
                name="engagements_engagement_agreed",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[EngagementStatus.UNDER_WAY, EngagementStatus.COMPLETED])
                | Q(started_at__isnull=False),
                name="engagements_engagement_begun",
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=False, status=EngagementStatus.COMPLETED)
                | Q(completed_at__isnull=True) & ~Q(status=EngagementStatus.COMPLETED),
                name="engagements_engagement_completed",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=EngagementStatus.CANCELLED,
                    cancelled_at__isnull=False,
                    cancelled_by__in=Side.values,
                    cancel_reason__in=CancelReason.values,
                )
                | Q(cancelled_at__isnull=True, cancelled_by="", cancel_reason="")
                & ~Q(status=EngagementStatus.CANCELLED),
                name="engagements_engagement_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(completion_due_at__isnull=True)
                | Q(status=EngagementStatus.UNDER_WAY, completion_by__in=Side.values),
                name="engagements_engagement_mark",
            ),
            models.CheckConstraint(
                condition=Q(reviews_due_at__isnull=True) | Q(status=EngagementStatus.COMPLETED),
                name="engagements_engagement_reviews",
            ),
        ]
        indexes: ClassVar = [
            # "My engagements" on either side, newest first.
            models.Index(fields=["client", "-agreed_at", "-id"], name="engagements_of_client"),
            models.Index(fields=["provider", "-agreed_at", "-id"], name="engagements_of_provider"),
            # The sweeps: each touches only the rows whose clock runs.
            models.Index(
                fields=["completion_due_at"],
                condition=Q(completion_due_at__isnull=False),
                name="engagements_completion_due",
            ),
            models.Index(
                fields=["completion_remind_at"],
                condition=Q(completion_remind_at__isnull=False),
                name="engagements_completion_remind",
            ),
            models.Index(
                fields=["reviews_due_at"], condition=Q(reviews_due_at__isnull=False), name="engagements_reviews_due"
            ),
            models.Index(
                fields=["review_remind_at"],
                condition=Q(review_remind_at__isnull=False),
                name="engagements_review_remind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.client_id} and {self.provider_id}"

    def side_of(self, member: Member) -> Side | None:
        """The member's side; None for everybody else."""
        if member.pk == self.client_id:
            return Side.CLIENT
        return Side.PROVIDER if member.pk == self.provider_id else None

    def member_on(self, side: str) -> Member:
        """Who is on this side."""
        return self.client if side == Side.CLIENT else self.provider

    @property
    def waits_for_confirmation(self) -> bool:
        """Whether one side has marked the work completed and the other has not answered yet."""
        return self.completion_due_at is not None

    @property
    def deliver_by(self) -> date | None:
        """The day on which the work is to be delivered, where days were agreed."""
        return (self.agreed_at + timedelta(days=self.days)).date() if self.days else None

    def takes_reviews(self, now: datetime) -> bool:
        """Whether reviews can be written at this moment."""
        return self.reviews_due_at is not None and now < self.reviews_due_at


def other_side(side: str) -> Side:
    """The side across the table."""
    return Side.PROVIDER if side == Side.CLIENT else Side.CLIENT
