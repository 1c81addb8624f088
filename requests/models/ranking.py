"""Rankings that were learned, how they did against the one in force, and what is a fair share of leads."""

from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LearnedRanking(models.Model):
    """Trees learned from past outcomes. Goes live where it ``won``, unless the host has pinned another one, until it is
    retired because the shipped weights do better.

    ``before`` and ``after`` are mean DCG@10 over ``judged`` later requests, of the ranking that was in force and of
    this one; ``least_gain`` is their difference at 99.5 % confidence. ``learned_until`` is when the latest of the
    requests was published.
    """

    version = models.CharField(_("version"), max_length=40, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    against = models.CharField(_("compared with"), max_length=40)
    learned_from = models.PositiveIntegerField(_("requests learned from"))
    judged = models.PositiveIntegerField(_("later requests judged by"))
    before = models.FloatField(_("DCG@10 before"))
    after = models.FloatField(_("DCG@10 after"))
    least_gain = models.FloatField(_("gain at least"))
    won = models.BooleanField(_("better"))
    trees = models.JSONField(_("trees"))
    learned_until = models.DateTimeField(_("learned until"), null=True)
    retired_at = models.DateTimeField(_("retired"), null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("learned ranking")
        verbose_name_plural = _("learned rankings")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(won=False) | Q(least_gain__gt=0), name="requests_ranking_won_by_gain")
        ]

    def __str__(self) -> str:
        return self.version

    def knows(self, features: Iterable[str]) -> bool:
        """Whether it was learned from these features, in this order."""
        return list(self.trees["feature_names"]) == list(features)


class LearningLook(models.Model):
    """When it was looked last whether there is something to learn, whatever came of it. At most one row, with id 1."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="requests_learning_look_one_row")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class FairShare(models.Model):
    """The most leads that a page gets while others are eligible, as counted last. At most one row, with id 1."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    leads_a_day = models.FloatField()
    leads_a_month = models.FloatField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="requests_fair_share_one_row")]

    def __str__(self) -> str:
        return f"{self.leads_a_day:.1f} / {self.leads_a_month:.1f}"
