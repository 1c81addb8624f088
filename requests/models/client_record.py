"""What providers think of the clients they worked for."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class ClientRecord(models.Model):
    """A client's ratings by providers, added up. There is none for whoever was never rated."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="client_record"
    )
    rating_sum = models.PositiveIntegerField(default=0)
    rating_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rating_sum__gte=models.F("rating_count"), rating_sum__lte=5 * models.F("rating_count")),
                name="requests_clientrecord_sum",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.rating_sum}/{self.rating_count}"

    @property
    def rating(self) -> float | None:
        """Mean rating from 1 to 5, or None where there is none."""
        return self.rating_sum / self.rating_count if self.rating_count else None
