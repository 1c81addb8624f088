"""Service pages: what a provider offers, where, and at what price."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.ids import new_id
from marketplace.markdown import RENDERING, plain_text, render_markdown
from marketplace.plain_markdown import render_plain
from services.models.catalogue import Service


class PageStatus(models.TextChoices):
    """Only published pages are seen by others, found and matched."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    PAUSED = "paused", _("Paused")


class WorkLocation(models.TextChoices):
    """Where the work is done."""

    REMOTE = "remote", _("Remote")
    ON_SITE = "on_site", _("On site")
    BOTH = "both", _("Remote and on site")


class Pricing(models.TextChoices):
    """How a provider names the price."""

    HOURLY = "hourly", _("Hourly rate")
    STARTING = "starting", _("Starting price")
    PACKAGES = "packages", _("Packages")
    CONTACT = "contact", _("Contact for pricing")


class PageQuerySet(models.QuerySet["ServicePage"]):
    """Sets of service pages."""

    def published(self) -> "PageQuerySet":
        """Those that everybody sees."""
        return self.filter(status=PageStatus.PUBLISHED)

    def visible_to(self, member: Member | None) -> "PageQuerySet":
        """Published ones, and the member's own; all of them for staff."""
        if member is None or not member.is_authenticated:
            return self.published()
        if member.is_staff:
            return self
        return self.filter(Q(status=PageStatus.PUBLISHED) | Q(member=member))


class ServicePage(models.Model):
    """A provider's page; one a member. Prices are in minor units of ``currency``."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="service_page")
    slug = models.SlugField(max_length=100, unique=True)
    status = models.CharField(max_length=10, choices=PageStatus.choices, default=PageStatus.DRAFT)
    title = models.CharField(_("title"), max_length=120, blank=True, default="")
    about = models.TextField(_("about"), max_length=5000, blank=True, default="")
    # Made from ``about`` by ``render_about()``, so that showing a page need not read Markdown. Empty where that is
    # nothing but paragraphs and lists, which become HTML in no time.
    about_html = models.TextField(blank=True, default="", editable=False)
    summary = models.CharField(max_length=200, blank=True, default="", editable=False)
    about_rendering = models.PositiveSmallIntegerField(default=0, editable=False)
    services = models.ManyToManyField(Service, through="PageService", related_name="pages")
    skills = ArrayField(models.CharField(max_length=60), verbose_name=_("skills"), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=3), verbose_name=_("languages"), default=list, blank=True)
    work_location = models.CharField(max_length=8, choices=WorkLocation.choices, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    city = models.CharField(max_length=120, blank=True, default="")
    latitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)])
    longitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)])
    radius_km = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    pricing = models.CharField(max_length=8, choices=Pricing.choices, blank=True, default="")
    rate = models.PositiveBigIntegerField(
        _("hourly rate, starting price or cheapest package, minor units"), null=True, blank=True
    )
    currency = models.CharField(max_length=3, blank=True, default="")
    packages = models.JSONField(default=list, blank=True)
    hours_per_week = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(168)])
    available_from = models.DateField(null=True, blank=True)
    taking_work = models.BooleanField(_("taking work"), default=True)
    daily_leads = models.PositiveSmallIntegerField(
        _("leads a day at most; empty for the site's"), null=True, blank=True
    )
    rating_sum = models.PositiveIntegerField(default=0, editable=False)
    rating_count = models.PositiveIntegerField(default=0, editable=False)
    # Told from above, so that the public page asks nobody. Plain integers: a check would scan a live table.
    jobs_done = models.IntegerField(default=0, db_default=0, editable=False)
    outside_reviews = models.IntegerField(
        _("reviews by past clients from outside"), default=0, db_default=0, editable=False
    )
    response_seconds = models.IntegerField(
        _("median time to the first answer; empty with too few cases"), null=True, editable=False
    )
    version = models.PositiveIntegerField(_("counts edits, against stale forms"), default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    first_published_at = models.DateTimeField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    # When it was published again after it had been paused so soon that not every saved search had found it.
    came_back_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager["ServicePage"]] = PageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=PageStatus.values), name="services_page_status"),
            models.CheckConstraint(
                condition=Q(work_location__in=["", *WorkLocation.values]), name="services_page_location"
            ),
            models.CheckConstraint(condition=Q(pricing__in=["", *Pricing.values]), name="services_page_pricing"),
            models.CheckConstraint(
                condition=Q(rate__isnull=True) | ~Q(currency=""), name="services_page_rate_has_currency"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="services_page_coordinates",
            ),
            models.CheckConstraint(
                condition=~Q(status=PageStatus.PUBLISHED) | Q(first_published_at__isnull=False),
                name="services_page_published_has_time",
            ),
        ]
        # Growth in the insights: pages by the day of their first publication.
        indexes: ClassVar = [
            models.Index(fields=["first_published_at"], name="services_page_first_published"),
            # Which candidates have a cap of their own.
            models.Index(
                fields=["id"],
                include=["daily_leads"],
                condition=Q(daily_leads__isnull=False),
                name="services_page_own_cap",
            ),
            # What is new to saved searches.
            models.Index(
                fields=["came_back_at"], condition=Q(came_back_at__isnull=False), name="services_page_came_back"
            ),
            # The sitemap: what changed since it was last brought up to date.
            models.Index(fields=["updated_at"], name="services_page_updated"),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Untitled page"))

    def render_about(self) -> None:
        """Sets ``about_html`` and ``summary`` from ``about``. Whoever writes ``about`` calls this before saving."""
        plain = render_plain(self.about) is not None
        self.about_html = "" if plain else render_markdown(self.about, headings_below=2)
        self.summary = plain_text(self.about, length=160)
        self.about_rendering = RENDERING

    @property
    def about_as_html(self) -> str:
        """The about text as HTML that is safe to show."""
        return self.about_html or render_plain(self.about) or ""

    @property
    def rating(self) -> float | None:
        """Mean rating from 1 to 5, or None where there is no review."""
        return self.rating_sum / self.rating_count if self.rating_count else None


class PageService(models.Model):
    """A service offered on a page; at most 10 a page, in the provider's order."""

    page = models.ForeignKey(ServicePage, on_delete=models.CASCADE, related_name="offers", db_index=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="offers")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "service"], name="services_pageservice_once")]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.service_id}"


class PageAddress(models.Model):
    """An address that a page once had; it redirects to the present one."""

    slug = models.SlugField(max_length=100, primary_key=True)
    page = models.ForeignKey(ServicePage, on_delete=models.CASCADE, related_name="old_addresses")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.slug
