"""Answers kept for repeated calls."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class IdempotencyKey(models.Model):
    """The answer to a call that must not take effect twice, stored in the transaction of that call.

    ``answer`` is the body as it was sent, so that a repeated call gets the same bytes.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "path", "key"], name="accounts_idempotency_once")
        ]
        # The sweep that forgets keys older than 24 h.
        indexes: ClassVar = [models.Index(fields=["created_at"], name="accounts_idempotency_age")]

    def __str__(self) -> str:
        return self.key
