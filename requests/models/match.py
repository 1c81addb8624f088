"""Matches: the providers whom a request was announced to, with score and reasons."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.ids import new_id
from requests.models.request import ServiceRequest
from services.models import ServicePage


class MatchState(models.TextChoices):
    """How far the provider got with the lead."""

    NOTIFIED = "notified", _("Told")
    VIEWED = "viewed", _("Seen")
    DECLINED = "declined", _("Declined")
    PROPOSED = "proposed", _("Proposed")


class Wave(models.Model):
    """One round of matching of a request. Unique by number, so that two workers cannot both store the same round."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="waves", db_index=False)
    number = models.PositiveSmallIntegerField()
    candidates = models.PositiveIntegerField(_("eligible pages considered"), default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    took_ms = models.FloatField(_("milliseconds from task start to the matches stored"), default=0)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "number"], name="requests_wave_once")]

    def __str__(self) -> str:
        return f"{self.request_id}/{self.number}"


class Match(models.Model):
    """A request announced to a page. ``score`` is in [0, 1]; ``features`` holds the ranking's features by name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="matches", db_index=False)
    page = models.ForeignKey(ServicePage, on_delete=models.CASCADE, related_name="matches", db_index=False)
    wave = models.PositiveSmallIntegerField(default=1)
    rank = models.PositiveSmallIntegerField()
    score = models.FloatField()
    features = models.JSONField(default=dict)
    reserved_place = models.BooleanField(_("one of the places kept for new or long unmatched providers"), default=False)
    state = models.CharField(max_length=8, choices=MatchState.choices, default=MatchState.NOTIFIED)
    decline_reason = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    notified_at = models.DateTimeField(null=True, editable=False)
    viewed_at = models.DateTimeField(null=True, editable=False)
    declined_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name_plural = "matches"
        ordering: ClassVar = ["request", "rank"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "page"], name="requests_match_once"),
            models.CheckConstraint(condition=Q(state__in=MatchState.values), name="requests_match_state"),
        ]
        indexes: ClassVar = [
            # "My leads", the leads of a page today and of a month, and when a page was matched last.
            models.Index(fields=["page", "-created_at"], name="requests_match_by_page"),
            # What a page did with the leads of a month, for matching. New ones are not in it.
            models.Index(
                fields=["page", "created_at"],
                include=["state"],
                condition=~Q(state=MatchState.NOTIFIED),
                name="requests_match_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} → {self.page_id}"
