"""How often service pages were seen, day by day."""

from typing import ClassVar

from django.db import models

from services.models.page import ServicePage


class PageDay(models.Model):
    """One page on one day (UTC): how often it was opened by others, and how often it stood among search results."""

    page = models.ForeignKey(ServicePage, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    views = models.PositiveIntegerField(default=0)
    impressions = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "day"], name="services_pageday_once")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.day}"


class CountedBatch(models.Model):
    """A batch of counts that was added to the days. Written in the same transaction, so that none is added twice."""

    id = models.UUIDField(primary_key=True)
    counted_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.id)
