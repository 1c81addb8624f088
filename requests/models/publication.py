"""The log of first publications, from which the request rate is counted."""

from typing import ClassVar

from django.db import models

from services.models import Service, ServiceGroup


class Publication(models.Model):
    """A request's first publication. Never changed and never deleted, so what was counted stays true.

    ``published_at`` is the database's ``clock_timestamp()``, taken while the publishing transaction holds the shared
    advisory lock that ``requests.actions.publishing`` names.
    """

    id = models.BigAutoField(primary_key=True)
    # No foreign key: the count outlives the request.
    request_id = models.UUIDField(unique=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", db_index=False)
    group = models.ForeignKey(ServiceGroup, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            # The closer counts one minute; the rate of a single service is counted from here.
            models.Index(fields=["published_at"], name="requests_publication_time"),
            models.Index(fields=["service", "published_at"], name="requests_publication_service"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} at {self.published_at}"


PUBLICATION_LOCK = 7_203_110_001
"""Advisory lock between publishing, which holds it shared from taking its time to commit, and the closing of a minute,
which takes it alone. An arbitrary number."""
