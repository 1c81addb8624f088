"""Proposals: what a provider offers to do for a request, on which terms, and what became of it."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from attachments.models import Attachment
from marketplace.ids import new_id
from requests.models.request import ServiceRequest
from services.models import ServicePage


class ProposalStatus(models.TextChoices):
    """See ``requests.proposal_moves`` for the legal moves between them."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    SHORTLISTED = "shortlisted", _("Shortlisted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ACCEPTED = "accepted", _("Accepted")
    NOT_CHOSEN = "not_chosen", _("Not chosen")


STANDING = (ProposalStatus.SUBMITTED, ProposalStatus.SHORTLISTED)
"""States in which the client can still accept it."""


class PriceType(models.TextChoices):
    """What the amount pays for."""

    FIXED = "fixed", _("Fixed price")
    HOURLY = "hourly", _("Hourly rate")


class Side(models.TextChoices):
    """The two sides of a request."""

    CLIENT = "client", _("Client")
    PROVIDER = "provider", _("Provider")


class NotChosenReason(models.TextChoices):
    """Why a standing proposal was not chosen; beside these, the ``CloseReason`` of its request."""

    ANOTHER_CHOSEN = "another_chosen", _("The client has chosen somebody else")
    REQUEST_EXPIRED = "request_expired", _("The request has expired")


CANCELLED = "cancelled"
"""Reason of the proposal that was accepted and whose engagement was cancelled before work began."""


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Sets of proposals."""

    def visible_to(self, member: Member | None) -> "ProposalQuerySet":
        """Those that the member wrote, and those sent to her as a client; those sent to anybody for staff."""
        if member is None or not member.is_authenticated:
            return self.none()
        sent = ~Q(status=ProposalStatus.DRAFT)
        if member.is_staff:
            return self.filter(sent | Q(page__member=member))
        return self.filter(Q(page__member=member) | (sent & Q(request__client=member)))

    def standing(self) -> "ProposalQuerySet":
        """Those that the client can still accept."""
        return self.filter(status__in=STANDING)


class Proposal(models.Model):
    """One provider's answer to one request.

    The terms are those that stand now: price (``amount`` in minor units of ``currency``, an hour where the type is
    hourly) and ``days`` from agreement to delivery. ``offered_by`` is the side that named them last; the other one can
    accept them. ``terms`` holds their history.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="proposals")
    page = models.ForeignKey(ServicePage, on_delete=models.CASCADE, related_name="proposals")
    status = models.CharField(max_length=11, choices=ProposalStatus.choices, default=ProposalStatus.DRAFT)
    price_type = models.CharField(max_length=6, choices=PriceType.choices, blank=True, default="")
    amount = models.PositiveBigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    days = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(730)]
    )
    scope = models.TextField(_("scope (Markdown)"), max_length=10_000, blank=True, default="")
    offered_by = models.CharField(max_length=8, choices=Side.choices, default=Side.PROVIDER)
    answers = models.JSONField(_("answers to the screening questions, by key"), default=dict, blank=True)
    is_ai_assisted = models.BooleanField(_("written with the help of AI"), default=False)
    attachments = models.ManyToManyField(Attachment, related_name="proposals", blank=True)
    client_note = models.TextField(_("the client's private note"), max_length=2000, blank=True, default="")
    outcome_reason = models.CharField(
        _("why it was declined, withdrawn or not chosen"), max_length=40, blank=True, default=""
    )
    outcome_words = models.CharField(_("the same in somebody's own words"), max_length=500, blank=True, default="")
    similar_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    similarity = models.FloatField(_("share of the text that stands in the other, 0 to 1"), null=True, editable=False)
    version = models.PositiveIntegerField(_("counts edits, against stale forms"), default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    viewed_at = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager["Proposal"]] = ProposalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            # A provider who withdrew may propose again; otherwise she has one proposal a request.
            models.UniqueConstraint(
                fields=["request", "page"],
                condition=~Q(status=ProposalStatus.WITHDRAWN),
                name="requests_proposal_once",
            ),
            models.UniqueConstraint(
                fields=["request"], condition=Q(status=ProposalStatus.ACCEPTED), name="requests_proposal_one_winner"
            ),
            models.CheckConstraint(condition=Q(status__in=ProposalStatus.values), name="requests_proposal_status"),
            models.CheckConstraint(condition=Q(offered_by__in=Side.values), name="requests_proposal_side"),
            models.CheckConstraint(
                condition=Q(status=ProposalStatus.DRAFT)
                | Q(submitted_at__isnull=False, amount__gt=0, price_type__in=PriceType.values) & ~Q(currency=""),
                name="requests_proposal_sent_has_terms",
            ),
            models.CheckConstraint(condition=~Q(similar_to=F("id")), name="requests_proposal_similar_to_another"),
        ]
        indexes: ClassVar = [
            # The client's list of one request.
            models.Index(fields=["request", "status"], name="requests_proposal_of_request"),
            # "My proposals", newest first; what a provider sent within a day; her last texts, to compare with.
            models.Index(fields=["page", "-created_at"], name="requests_proposal_by_page"),
            # What work was agreed for, counted every hour.
            models.Index(
                fields=["decided_at"], condition=Q(status=ProposalStatus.ACCEPTED), name="requests_proposal_agreed"
            ),
            # A provider's numbers by day: what she sent, and what became of it. Both answer without the table.
            models.Index(fields=["page", "submitted_at"], name="requests_proposal_sent"),
            models.Index(
                fields=["page", "decided_at"],
                include=["status"],
                condition=Q(decided_at__isnull=False),
                name="requests_proposal_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} ← {self.page_id}"


class ProposalTerms(models.Model):
    """Terms that one side named at some time. Together they are the history of the negotiation, in which nothing is
    changed that the other side has seen.

    ``is_restored``: they stand again because the other side took its own back.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="terms")
    number = models.PositiveSmallIntegerField()
    offered_by = models.CharField(max_length=8, choices=Side.choices)
    price_type = models.CharField(max_length=6, choices=PriceType.choices)
    amount = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    scope = models.TextField(blank=True, default="")
    note = models.CharField(_("what was said to it"), max_length=1000, blank=True, default="")
    is_restored = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "number"], name="requests_terms_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="requests_terms_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}/{self.number}"
