"""The search index: one narrow row a published page, and its vector."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from pgvector.django import HalfVectorField

from services.models.page import ServicePage

DIMENSIONS = 256
"""Length of the vectors of the embedder in use (services.search.embedding)."""


class SearchEntry(models.Model):
    """What retrieval needs to know of a published page. Written by ``services.search.store`` alone.

    ``rate_eur`` is in major units and null without a price or an exchange rate; ``has_vector`` turns true once the
    page's present text was embedded. ``indexed_at`` is when the row was written last: a walk through results passes
    over rows that are younger than itself, so that no page comes twice. ``terms`` are the page's words as numbers
    (``services_term``), in order; ``counts`` has a byte for each: how often it stands there, weighted by where, in
    halves, at most 255. ``length`` is the weighted number of all words, ``written_in`` the language by whose rules they
    were read.
    """

    page = models.OneToOneField(ServicePage, on_delete=models.CASCADE, primary_key=True, related_name="+")
    member_id = models.UUIDField()
    terms = ArrayField(models.IntegerField(), default=list, db_default=[])
    counts = models.BinaryField(default=b"", db_default=b"")
    service_ids = ArrayField(models.IntegerField())
    skills = ArrayField(models.CharField(max_length=60))
    languages = ArrayField(models.CharField(max_length=3))
    country = models.CharField(max_length=2)
    city = models.CharField(max_length=120)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    radius_km = models.PositiveSmallIntegerField(null=True)
    remote = models.BooleanField()
    on_site = models.BooleanField()
    pricing = models.CharField(max_length=8)
    rate_eur = models.FloatField(null=True)
    rating = models.FloatField(null=True)
    rating_count = models.PositiveIntegerField()
    hours_per_week = models.PositiveSmallIntegerField(null=True)
    available_from = models.DateField(null=True)
    taking_work = models.BooleanField()
    first_published_at = models.DateTimeField()
    quality = models.FloatField()
    has_vector = models.BooleanField(default=False)
    indexed_at = models.DateTimeField(default=timezone.now)
    written_in = models.CharField(max_length=2, default="en", db_default="en")
    length = models.FloatField(default=0, db_default=0)

    class Meta:
        verbose_name_plural = "search entries"
        indexes: ClassVar = [
            # What searches and matching ask for together. Found rows are read one by one, so the fewer the better.
            GinIndex(
                fields=["terms", "service_ids", "languages", "country"],
                name="services_search_terms",
                fastupdate=False,
            ),
            GinIndex(fields=["skills"], name="services_search_skills", fastupdate=False),
            # Broad queries walk down here until they have enough; browsing does nothing else.
            models.Index(fields=["-quality", "page"], name="services_search_quality"),
            models.Index(fields=["country", "-quality"], name="services_search_country"),
            # Bounding box of a place.
            models.Index(fields=["latitude", "longitude"], name="services_search_place"),
            models.Index(fields=["-first_published_at"], name="services_search_newest"),
            # Browsing by rating and price, and the filter of ratings where few pages have one.
            models.Index(
                F("rating").desc(nulls_last=True), F("rating_count").desc(), "page", name="services_search_rating"
            ),
            models.Index(F("rate_eur").asc(nulls_last=True), "page", name="services_search_price"),
            # The sweep for pages without a vector.
            models.Index(fields=["page"], condition=Q(has_vector=False), name="services_search_no_vector"),
        ]

    def __str__(self) -> str:
        return str(self.page_id)


class PageVector(models.Model):
    """The meaning of a page's text by one model; ``model`` is the embedder's name."""

    page = models.OneToOneField(ServicePage, on_delete=models.CASCADE, primary_key=True, related_name="+")
    model = models.CharField(max_length=40)
    embedding = HalfVectorField(dimensions=DIMENSIONS)

    def __str__(self) -> str:
        return str(self.page_id)


class SearchWord(models.Model):
    """A word of the index and the number of pages that hold it as last counted, for misspellings and for what it
    tells."""

    word = models.CharField(max_length=64, primary_key=True)
    pages = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="services_search_spelling")]

    def __str__(self) -> str:
        return self.word


class SearchStatistics(models.Model):
    """The one row of numbers about the whole index, as last counted."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    pages = models.PositiveBigIntegerField(default=0)
    mean_length = models.FloatField(default=0)
    counted_at = models.DateTimeField(null=True, editable=False)
    counted_in = models.FloatField(default=0, db_default=0, editable=False)
    """Seconds that the last count took."""
    languages = ArrayField(models.CharField(max_length=2), default=list)
    embedded_by = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)
    """Name of the embedder that made the vectors of all published pages."""
    columns = models.CharField(max_length=32, blank=True, default="", db_default="", editable=False)
    """Name of the generation of files that engines by columns read; empty where there is none."""

    class Meta:
        verbose_name_plural = "search statistics"

    def __str__(self) -> str:
        return f"{self.pages} pages"

    @classmethod
    def current(cls) -> "SearchStatistics":
        """The row, unsaved where nothing was counted yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class SearchChange(models.Model):
    """A row of the index was written or removed: what an engine outside PostgreSQL follows.

    Written by a trigger, in the transaction that makes the change. ``transaction`` is PostgreSQL's number of it.
    """

    page_id = models.UUIDField()
    transaction = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.page_id)
