"""The key to the page on which the first admin is made."""

import secrets

from django.db import models
from django.utils import timezone


def new_key() -> str:
    """A key that nobody guesses."""
    return secrets.token_urlsafe(24)


class SetupKey(models.Model):
    """There is at most one row, with id 1; it goes when the first admin is made."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    key = models.CharField(max_length=64, default=new_key, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="accounts_setupkey_one_row")]

    def __str__(self) -> str:
        return "setup key"
