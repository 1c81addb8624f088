"""Service requests: what a client needs done."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from attachments.models import Attachment
from marketplace.ids import new_id
from services.models import Service, ServicePage, WorkLocation


class RequestStatus(models.TextChoices):
    """See ``requests.moves`` for the legal moves between them."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    IN_REVIEW = "in_review", _("In review")
    AWARDED = "awarded", _("Awarded")
    CLOSED = "closed", _("Closed")
    EXPIRED = "expired", _("Expired")


class Matching(models.TextChoices):
    """Whether the worker has stored the matches of the present publication and told the providers."""

    PENDING = "pending", _("Looking for providers")
    DONE = "done", _("Providers found")


class BudgetType(models.TextChoices):
    """How the client thinks of the price."""

    FIXED = "fixed", _("Fixed price")
    HOURLY = "hourly", _("Hourly rate")
    HELP = "help", _("Help me with the price")


class Visibility(models.TextChoices):
    """Who sees the request."""

    MATCHED = "matched", _("Only providers who match")
    BOARD = "board", _("Everybody, on the board")
    INVITED = "invited", _("Only providers whom I invite")


class TimeFrame(models.TextChoices):
    """When the work is to be done."""

    URGENT = "urgent", _("As soon as possible")
    WEEK = "week", _("Within a week")
    MONTH = "month", _("Within a month")
    QUARTER = "quarter", _("Within three months")
    FLEXIBLE = "flexible", _("I am flexible")


class CloseReason(models.TextChoices):
    """Why a client closes a request."""

    HIRED_HERE = "hired_here", _("I hired someone here")
    HIRED_ELSEWHERE = "hired_elsewhere", _("I hired someone elsewhere")
    NOT_NEEDED = "not_needed", _("I no longer need it")
    NO_FIT = "no_fit", _("Nobody fitted")
    TOO_EXPENSIVE = "too_expensive", _("It was too expensive")
    OTHER = "other", _("Another reason")


class ReviewReason(models.TextChoices):
    """Why a request takes no further proposals for now."""

    CAP = "cap", _("All places are taken")
    CLIENT = "client", _("The client wants no further proposals")


class RequestQuerySet(models.QuerySet["ServiceRequest"]):
    """Sets of service requests."""

    def visible_to(self, member: Member | None) -> "RequestQuerySet":
        """The member's own, those her page was told of, asked for or answered, those on the board; all for staff."""
        if member is None or not member.is_authenticated:
            return self.none()
        if member.is_staff:
            return self
        mine = ServicePage.objects.filter(member=member)
        matched = Exists(mine.filter(matches__request=OuterRef("pk")))
        answered = Exists(mine.filter(proposals__request=OuterRef("pk")))
        invited = Exists(mine.filter(invitations=OuterRef("pk")))
        posted = ~Q(status=RequestStatus.DRAFT)
        on_board = Q(visibility=Visibility.BOARD)
        return self.filter(Q(client=member) | matched | answered | (posted & (on_board | invited)))

    def taking_proposals(self) -> "RequestQuerySet":
        """Those that providers can still answer."""
        return self.filter(status=RequestStatus.OPEN)


class ServiceRequest(models.Model):
    """What a client needs done. Budgets are in minor units of ``currency``, an hour where the type is hourly."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="service_requests", db_index=False
    )
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="requests")
    status = models.CharField(max_length=10, choices=RequestStatus.choices, default=RequestStatus.DRAFT)
    matching = models.CharField(max_length=8, choices=Matching.choices, default=Matching.PENDING)
    title = models.CharField(_("title"), max_length=140)
    details = models.TextField(_("details"), max_length=10_000)
    answers = models.JSONField(default=dict, blank=True)
    # What the client asks everybody who proposes: at most five of ``{"key", "text", "required"}``.
    screening = models.JSONField(default=list, blank=True)
    # What was ordered of a page, as it was offered then: ``requests.rules.ordered.Order``.
    order = models.JSONField(null=True, blank=True)
    attachments = models.ManyToManyField(Attachment, related_name="requests", blank=True)
    budget_type = models.CharField(max_length=6, choices=BudgetType.choices)
    budget_min = models.PositiveBigIntegerField(null=True, blank=True)
    budget_max = models.PositiveBigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    work_location = models.CharField(max_length=8, choices=WorkLocation.choices)
    country = models.CharField(max_length=2, blank=True, default="")
    city = models.CharField(max_length=120, blank=True, default="")
    latitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)])
    longitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)])
    radius_km = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    languages = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    time_frame = models.CharField(max_length=8, choices=TimeFrame.choices, default=TimeFrame.FLEXIBLE)
    visibility = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.MATCHED)
    invited_pages = models.ManyToManyField(ServicePage, through="Invitation", related_name="invitations")
    repost_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reposts")
    proposal_cap = models.PositiveSmallIntegerField(default=10, validators=[MinValueValidator(1)])
    proposal_count = models.PositiveIntegerField(default=0, editable=False)
    review_reason = models.CharField(max_length=6, choices=ReviewReason.choices, blank=True, default="")
    close_reason = models.CharField(max_length=16, choices=CloseReason.choices, blank=True, default="")
    version = models.PositiveIntegerField(_("counts edits, against stale forms"), default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    first_published_at = models.DateTimeField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    # When it was put on the board after it had been posted to others; saved searches of the board go by it.
    moved_to_board_at = models.DateTimeField(null=True, editable=False)
    # When it was open again after it had been taken off the board so soon that not every saved search had found it.
    back_on_board_at = models.DateTimeField(null=True, editable=False)
    matched_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    # Clocks: a sweep claims the rows whose time has come.
    remind_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(null=True, editable=False)
    next_wave_at = models.DateTimeField(null=True, editable=False)
    nudge_client_at = models.DateTimeField(
        _("when the client is told of proposals that wait for her"), null=True, editable=False
    )

    objects: ClassVar[models.Manager["ServiceRequest"]] = RequestQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="requests_request_status"),
            models.CheckConstraint(condition=Q(matching__in=Matching.values), name="requests_request_matching"),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="requests_request_visibility"),
            models.CheckConstraint(
                condition=Q(budget_min__isnull=True) | Q(budget_max__isnull=True) | Q(budget_min__lte=F("budget_max")),
                name="requests_request_budget_order",
            ),
            models.CheckConstraint(
                condition=Q(budget_min__isnull=True, budget_max__isnull=True) | ~Q(currency=""),
                name="requests_request_budget_currency",
            ),
            models.CheckConstraint(
                condition=Q(status=RequestStatus.DRAFT) | Q(first_published_at__isnull=False),
                name="requests_request_published_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=RequestStatus.CLOSED) | ~Q(close_reason=""),
                name="requests_request_closed_has_reason",
            ),
        ]
        indexes: ClassVar = [
            # How far the requests of the last 30 days got, counted every minute.
            models.Index(fields=["first_published_at"], name="requests_request_first"),
            # "My requests", newest first, and the search for a similar one.
            models.Index(fields=["client", "-created_at"], name="requests_request_mine"),
            # The sweeps: each touches only the rows whose clock runs.
            models.Index(
                fields=["expires_at"], condition=Q(status__in=["open", "in_review"]), name="requests_request_expiry"
            ),
            models.Index(
                fields=["remind_at"],
                condition=Q(status__in=["open", "in_review"], remind_at__isnull=False),
                name="requests_request_reminder",
            ),
            models.Index(
                fields=["next_wave_at"],
                condition=Q(status="open", next_wave_at__isnull=False),
                name="requests_request_next_wave",
            ),
            # The board, newest first. Its words have an index too: migration 0006_board.
            # The client is in it so that counting what others posted reads no table.
            models.Index(
                fields=["-published_at", "-id"],
                include=["client"],
                condition=Q(status="open", visibility="board"),
                name="requests_request_on_board",
            ),
            # The same of one service, or of those that a page offers.
            models.Index(
                fields=["service", "-published_at", "-id"],
                include=["client"],
                condition=Q(status="open", visibility="board"),
                name="requests_request_of_service",
            ),
            # What is new to saved searches of the board.
            models.Index(
                fields=["moved_to_board_at"],
                condition=Q(moved_to_board_at__isnull=False),
                name="requests_request_moved",
            ),
            models.Index(
                fields=["back_on_board_at"],
                condition=Q(back_on_board_at__isnull=False),
                name="requests_request_back_on_board",
            ),
            models.Index(
                fields=["nudge_client_at"],
                condition=Q(status__in=["open", "in_review"], nudge_client_at__isnull=False),
                name="requests_request_client_nudge",
            ),
            # The sweep that picks up requests whose matching never finished.
            models.Index(
                fields=["published_at"],
                condition=Q(status="open", matching="pending"),
                name="requests_request_unmatched",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Invitation(models.Model):
    """A page that the client asks directly."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="invitations")
    page = models.ForeignKey(ServicePage, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    nudge_at = models.DateTimeField(_("when the provider is reminded"), null=True, editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "page"], name="requests_invitation_once")]
        indexes: ClassVar = [
            # The sweep for invitations that nobody answered.
            models.Index(fields=["nudge_at"], condition=Q(nudge_at__isnull=False), name="requests_invitation_nudge")
        ]

    def __str__(self) -> str:
        return f"{self.request_id} → {self.page_id}"
