"""The inverted lists that matching reads: for each service the pages that offer it, those of like meaning together."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from pgvector.django import BitField, HalfVectorField

from services.models.search import DIMENSIONS

NOWHERE = 0
"""The cell of pages that were not placed: without a vector, or in a list that was not divided yet."""
FAR_KM = 100
"""Whoever goes farther than this is looked for by that."""


class ServicePosting(models.Model):
    """A page in the list of a service that it offers, with what the rules of eligibility ask for.

    Triggers on the search entry and on the vector write it, in the transaction of whoever changes those. ``sketch`` are
    the signs of what the page's vector differs from its cell's centroid in, ``reach`` how much it differs: |d|² / |d|₁.
    """

    pk = models.CompositePrimaryKey("service_id", "page_id")
    service_id = models.IntegerField()
    cell = models.IntegerField(default=NOWHERE, db_default=NOWHERE)
    page_id = models.UUIDField()
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    rate_eur = models.FloatField(null=True)
    quality = models.FloatField()
    reach = models.FloatField(null=True)
    available_from = models.DateField(null=True)
    radius_km = models.PositiveSmallIntegerField(null=True)
    remote = models.BooleanField()
    on_site = models.BooleanField()
    taking_work = models.BooleanField()
    pricing = models.CharField(max_length=8)
    languages = ArrayField(models.CharField(max_length=3))
    sketch = BitField(length=DIMENSIONS, null=True)

    class Meta:
        indexes: ClassVar = [
            # A match reads its service's cells, nearest first. One entry for all rows of a cell: 7 bytes a row.
            models.Index(fields=["service_id", "cell"], name="services_posting_cell"),
            # A match for work at a place reads a strip of the earth, and those who go far.
            models.Index(fields=["service_id", "latitude"], condition=Q(on_site=True), name="services_posting_place"),
            models.Index(fields=["service_id"], condition=Q(radius_km__gt=FAR_KM), name="services_posting_far"),
            # Searches by meaning read what is in no cell yet.
            models.Index(fields=["page_id"], condition=Q(cell=NOWHERE), name="services_posting_nowhere"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id}: {self.page_id}"


class ServiceCell(models.Model):
    """A part of a list: the pages whose vectors are nearer to this centroid than to the service's others.

    Pages are placed in those that are ``is_open``; the others are those of before, until they are empty.
    """

    service_id = models.IntegerField()
    centroid = HalfVectorField(dimensions=DIMENSIONS)
    is_open = models.BooleanField(default=True, db_default=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["service_id"], name="services_cell_service")]

    def __str__(self) -> str:
        return f"{self.service_id}: {self.pk}"


class ServiceMean(models.Model):
    """What the pages of a service mean in the mean, by which searches choose the services whose cells they look at."""

    service_id = models.IntegerField(primary_key=True)
    mean = HalfVectorField(dimensions=DIMENSIONS)

    def __str__(self) -> str:
        return str(self.service_id)
