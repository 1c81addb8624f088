"""Exchange rates."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone


class ExchangeRate(models.Model):
    """How many units of a currency one euro buys. Edited by admins, or fetched by a worker where configured."""

    currency = models.CharField(max_length=3, primary_key=True)
    per_euro = models.DecimalField(max_digits=18, decimal_places=6, validators=[MinValueValidator(0.000001)])
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["currency"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(per_euro__gt=0), name="services_exchangerate_positive")
        ]

    def __str__(self) -> str:
        return f"1 EUR = {self.per_euro} {self.currency}"
