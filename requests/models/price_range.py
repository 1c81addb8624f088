"""What similar work was agreed for, rolled up from accepted proposals."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from requests.models.proposal import PriceType
from services.models import Service, ServiceGroup


class PriceRange(models.Model):
    """Quartiles of the agreed prices of one service or of one group, in major units of EUR, an hour where the price
    is hourly. Rows are there only where enough cases are: see ``requests.prices``, which alone writes them."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, null=True, related_name="+")
    group = models.ForeignKey(ServiceGroup, on_delete=models.CASCADE, null=True, related_name="+")
    price_type = models.CharField(max_length=6, choices=PriceType.choices)
    cases = models.PositiveIntegerField()
    low = models.FloatField()
    median = models.FloatField()
    high = models.FloatField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            # The one question that is asked is served by these two.
            models.UniqueConstraint(fields=["service", "price_type"], name="requests_price_of_service"),
            models.UniqueConstraint(fields=["group", "price_type"], name="requests_price_of_group"),
            models.CheckConstraint(
                condition=Q(service__isnull=True, group__isnull=False) | Q(service__isnull=False, group__isnull=True),
                name="requests_price_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service or self.group}: {self.low:.0f} to {self.high:.0f} EUR"
