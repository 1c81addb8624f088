"""The catalogue: groups of services, and the questions that clients are asked about them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CatalogueRow(models.Model):
    """What every row of the catalogue has.

    Nothing in the catalogue is deleted, since pages and requests refer to it: it is switched off. ``edited_by_host``
    keeps the row from being overwritten when the data files are loaded again.
    """

    is_active = models.BooleanField(_("active"), default=True)
    edited_by_host = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        abstract = True


class ServiceGroup(CatalogueRow):
    """A trade, such as "Design and branding"."""

    id = models.SmallAutoField(primary_key=True)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    icon = models.CharField(_("name of a Lucide icon"), max_length=40, default="briefcase")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Service(CatalogueRow):
    """One service that providers offer and clients ask for, such as "Logo design". Named by its slug outside."""

    id = models.AutoField(primary_key=True)
    group = models.ForeignKey(ServiceGroup, on_delete=models.PROTECT, related_name="services")
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    synonyms = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    skills = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    hourly_usd_low = models.PositiveIntegerField(_("usual rate from, USD an hour"), default=20)
    hourly_usd_high = models.PositiveIntegerField(_("usual rate to, USD an hour"), default=100)
    can_be_remote = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["group", "position", "name"]

    def __str__(self) -> str:
        return self.name


class Question(CatalogueRow):
    """A question for the client about one service or, without a service, about all of a group."""

    class Type(models.TextChoices):
        """How it is answered."""

        CHOICE = "choice", _("one of several")
        CHOICES = "choices", _("some of several")
        TEXT = "text", _("text")
        NUMBER = "number", _("number")
        DATE = "date", _("date")
        YES_NO = "yes_no", _("yes or no")

    group = models.ForeignKey(ServiceGroup, on_delete=models.CASCADE, related_name="questions")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="own_questions", null=True, blank=True)
    key = models.SlugField(max_length=40)
    text = models.CharField(max_length=200)
    type = models.CharField(max_length=10, choices=Type.choices)
    choices = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    required = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["group", "service", "key"], nulls_distinct=False, name="services_question_key_unique"
            ),
            models.CheckConstraint(
                condition=Q(type__in=["choice", "choices"], choices__len__gte=2)
                | (~Q(type__in=["choice", "choices"]) & Q(choices__len=0)),
                name="services_question_choices_fit_type",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class CatalogueLoad(models.Model):
    """Which data files were loaded last, so that loading the same ones again costs one query. One row, with id 1."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="services_catalogueload_one_row")]

    def __str__(self) -> str:
        return self.digest
