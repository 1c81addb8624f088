"""API tokens."""

import hashlib
import secrets
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.ids import new_id


def digest(secret: str) -> str:
    """The stored form of a token's secret. SHA-256 without salt is enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiToken(models.Model):
    """A secret with which programs act as a member. Only its digest is stored; it is shown once, when it is made."""

    class Scope(models.TextChoices):
        """What a token may do. A token without any may do all that its member may."""

        READ = "read", _("Read")
        WRITE = "write", _("Read and change")
        STAFF = "staff", _("Use staff powers")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "API token"
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    def allows(self, scope: str) -> bool:
        """Whether the token covers the scope. Who may write may read."""
        given = set(self.scopes)
        return not given or scope in given or (scope == self.Scope.READ and self.Scope.WRITE in given)

    @property
    def powers(self) -> str:
        """The scopes in words."""
        if not self.scopes:
            return gettext("All that you may")
        return ", ".join(str(self.Scope(scope).label) for scope in self.scopes if scope in self.Scope.values)

    @classmethod
    def issue(cls, *, member: models.Model, name: str, scopes: list[str] | None = None) -> tuple["ApiToken", str]:
        """A new token and its secret. No scopes means all that the member may do."""
        secret = secrets.token_urlsafe(32)
        token = cls.objects.create(member=member, name=name, digest=digest(secret), scopes=scopes or [])
        return token, secret
