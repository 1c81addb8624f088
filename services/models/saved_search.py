"""Searches that a member keeps, and is told of what is new in."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.ids import new_id


class Alert(models.TextChoices):
    """When a member hears of what is new in a saved search."""

    INSTANT = "instant", _("At once")
    DAILY = "daily", _("Once a day")
    OFF = "off", _("Never")


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    """Sets of saved searches."""

    def visible_to(self, member: Member) -> "SavedSearchQuerySet":
        """The member's own."""
        return self.filter(member=member)


class SavedSearch(models.Model):
    """A search by its canonical address. ``kind`` is one of ``services.saved.kinds``.

    What was published until ``checked_until`` has been looked at; a daily alert is due at ``due_at``, an instant one
    whenever something was published since. ``new_count`` counts what was found since the member last opened the search.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    kind = models.CharField(max_length=20)
    name = models.CharField(_("name"), max_length=120)
    # ASCII, so that it fits into an entry of a B-tree.
    address = models.CharField(max_length=1500)
    alert = models.CharField(max_length=8, choices=Alert.choices, default=Alert.INSTANT)
    checked_until = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    new_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["SavedSearch"]] = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "saved searches"
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "kind", "address"], name="services_savedsearch_once"),
            models.CheckConstraint(condition=Q(alert__in=Alert.values), name="services_savedsearch_alert"),
            models.CheckConstraint(
                condition=Q(alert=Alert.DAILY, due_at__isnull=False)
                | Q(alert__in=[Alert.INSTANT, Alert.OFF], due_at__isnull=True),
                name="services_savedsearch_due",
            ),
        ]
        indexes: ClassVar = [
            # The sweep: instant searches that have not seen the latest publication, and daily ones whose time has come.
            models.Index(fields=["kind", "checked_until"], condition=Q(alert="instant"), name="services_saved_instant"),
            models.Index(fields=["due_at"], condition=Q(alert="daily"), name="services_saved_daily"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def given(self) -> QueryDict:
        """The parameters of the address."""
        return QueryDict(self.address)
