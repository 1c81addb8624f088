"""Counted rates. ``group`` is null in the rows that hold the total of all groups."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from services.models import Service, ServiceGroup


class RateRow(models.Model):
    """Requests first published in one span of time that starts at ``start``.

    ``imported`` rows come from another system's history (the demo's two years). They stand beside the counted row of
    the same span, so that counting, rebuilding and removing an import never touch each other's rows; readers add both.
    """

    id = models.BigAutoField(primary_key=True)
    start = models.DateTimeField()
    # Without a foreign key in the database: rows are summed from the log of publications, which has one, by the
    # thousands, and checking each again takes longer than writing it.
    group = models.ForeignKey(ServiceGroup, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False)
    requests = models.PositiveIntegerField()
    imported = models.BooleanField(default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.start}: {self.requests}"


class RequestMinute(RateRow):
    """Requests in one closed minute. Only rows above zero are kept; ``ClosedUntil`` says what is counted."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["start", "group", "imported"], nulls_distinct=False, name="insights_minute_once"
            ),
            models.CheckConstraint(condition=Q(requests__gt=0), name="insights_minute_positive"),
        ]


class RequestHour(RateRow):
    """Requests in one hour, summed from its closed minutes."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["start", "group", "imported"], nulls_distinct=False, name="insights_hour_once"
            ),
        ]


class RequestDay(RateRow):
    """Requests in one day (UTC), summed from its closed minutes."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["start", "group", "imported"], nulls_distinct=False, name="insights_day_once"
            ),
        ]


class ClosedUntil(models.Model):
    """One row: every minute before ``closed_until`` is counted and never changes again."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    closed_until = models.DateTimeField()
    # Where counting began: what the log holds before is never counted, not even when rebuilding. Null: all of it is.
    counted_from = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "how far is counted"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="insights_closeduntil_one_row")]

    def __str__(self) -> str:
        return str(self.closed_until)


class PageDay(models.Model):
    """Number of published service pages at the end of a day (UTC), for growth year on year."""

    day = models.DateField(primary_key=True)
    pages = models.PositiveIntegerField()
    imported = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.day}: {self.pages}"


class MilestoneDay(models.Model):
    """How many of the requests that were first published on a day (UTC), for a service, reached a milestone so far.

    Counted anew every minute for the last 30 days, see ``insights.progress``.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    milestone = models.CharField(max_length=32)
    requests = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "service", "milestone"], name="insights_milestone_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.milestone}: {self.requests}"


class MilestoneTime(models.Model):
    """How long requests of the last 30 days took to reach a milestone, in seconds. ``group`` is null for all of them.

    ``histogram`` counts them by ``insights.progress.EDGES``: below the first edge, from there to below the second, and
    so on; the last number is those from the last edge on.
    """

    id = models.BigAutoField(primary_key=True)
    milestone = models.CharField(max_length=32)
    group = models.ForeignKey(ServiceGroup, on_delete=models.CASCADE, null=True, related_name="+")
    median = models.FloatField()
    p95 = models.FloatField()
    histogram = ArrayField(models.PositiveIntegerField())
    counted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["milestone", "group"], nulls_distinct=False, name="insights_milestone_time_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone}: {self.median} s"
