"""The one row of settings that the host edits in the admin."""

import time
from typing import Self

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

_kept: dict[str, tuple[float, object]] = {}
"""What this process read last, and until when (of the monotonic clock) it goes by that."""


class SiteSettings(models.Model):
    """Settings of this installation. There is exactly one row, with id 1; read it through ``current()``."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=60, default="Marketplace")
    tagline = models.CharField(_("tagline"), max_length=140, blank=True, default="")
    logo = models.ImageField(_("logo"), upload_to="site/", blank=True)
    sender_name = models.CharField(_("sender's name in mail"), max_length=60, blank=True, default="")
    sender_email = models.EmailField(_("sender's address in mail"), blank=True, default="")
    signup_open = models.BooleanField(_("anyone may sign up"), default=True)
    proposals_per_request = models.PositiveSmallIntegerField(
        _("proposals a request takes"), default=10, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    request_days_open = models.PositiveSmallIntegerField(
        _("days a request stays open"), default=30, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    reminder_days_before = models.PositiveSmallIntegerField(
        _("days before expiry to remind the client"), default=5, validators=[MinValueValidator(1)]
    )
    wave_size = models.PositiveSmallIntegerField(
        _("providers a wave"), default=10, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    wave_hours = models.PositiveSmallIntegerField(
        _("hours until another wave"), default=24, validators=[MinValueValidator(1), MaxValueValidator(720)]
    )
    wave_wanted_proposals = models.PositiveSmallIntegerField(_("proposals that make another wave needless"), default=3)
    daily_leads_per_provider = models.PositiveSmallIntegerField(
        _("leads a provider gets in a day at most"), default=20, validators=[MinValueValidator(1)]
    )
    daily_proposals_new = models.PositiveSmallIntegerField(
        _("proposals a new provider may make in a day"), default=5, validators=[MinValueValidator(1)]
    )
    daily_proposals_most = models.PositiveSmallIntegerField(
        _("proposals a proven provider may make in a day"), default=20, validators=[MinValueValidator(1)]
    )
    ranking = models.CharField(_("ranking that is pinned"), max_length=40, blank=True, default="")
    fee_percent = models.DecimalField(
        _("fee in percent"),
        max_digits=4,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(50)],
    )
    terms = models.TextField(_("terms of use (Markdown)"), blank=True, default="")
    privacy = models.TextField(_("privacy notice (Markdown)"), blank=True, default="")
    imprint = models.TextField(_("imprint (Markdown)"), blank=True, default="")
    contact = models.TextField(_("contact (Markdown)"), blank=True, default="")
    updated_at = models.DateTimeField(auto_now=True)

    CACHE_KEY = "sitesettings"
    CACHE_SECONDS = 60
    KEPT_SECONDS = 1.0

    class Meta:
        verbose_name = verbose_name_plural = _("site settings")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="sitesettings_one_row")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raises ValidationError where settings contradict each other."""
        if self.reminder_days_before >= self.request_days_open:
            message = _("The reminder must come before the request expires.")
            raise ValidationError({"reminder_days_before": ValidationError(message, code="too_early")})
        if self.daily_proposals_most < self.daily_proposals_new:
            message = _("A proven provider may not make fewer proposals than a new one.")
            raise ValidationError({"daily_proposals_most": ValidationError(message, code="reversed")})

    def save(self, *args: object, **kwargs: object) -> None:
        super().save(*args, **kwargs)  # type: ignore[arg-type]
        forget_cached()  # for what this transaction still reads
        transaction.on_commit(forget_cached)  # for what others cached meanwhile

    @classmethod
    def current(cls) -> Self:
        """The settings in force: as this process read them within the last second, else from the cache, else from the
        database, else the defaults. Every page needs them, and asking the cache costs as much as a query."""
        kept = _kept.get(cls.CACHE_KEY)
        if kept is not None and time.monotonic() < kept[0] and isinstance(kept[1], cls):
            return kept[1]
        found = cache.get(cls.CACHE_KEY)
        if not isinstance(found, cls):
            found = cls.objects.filter(pk=1).first() or cls()
            cache.set(cls.CACHE_KEY, found, cls.CACHE_SECONDS)
        _kept[cls.CACHE_KEY] = (time.monotonic() + cls.KEPT_SECONDS, found)
        return found


def forget_kept() -> None:
    """Makes this process ask the cache again."""
    _kept.clear()


def forget_cached() -> None:
    """Makes the next reader ask the database; other processes follow within ``KEPT_SECONDS``."""
    forget_kept()
    cache.delete(SiteSettings.CACHE_KEY)


class DemoState(models.Model):
    """Whether the demo marketplace was made here, and with which arguments. At most one row, with id 1.

    ``making`` that nobody works on is an interrupted run: ``done`` says which things of each kind it had made, and
    the next run makes the others. ``removing`` that nobody works on is finished by the next removal.
    """

    class State(models.TextChoices):
        """How far it got."""

        MAKING = "making", _("being made")
        MADE = "made", _("made")
        REMOVING = "removing", _("being removed")
        REMOVED = "removed", _("removed")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    state = models.CharField(max_length=8, choices=State.choices)
    arguments = models.JSONField(default=dict)
    done = models.JSONField(default=dict, db_default={})
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="sitesettings_demostate_one_row")]

    def __str__(self) -> str:
        return self.get_state_display()
