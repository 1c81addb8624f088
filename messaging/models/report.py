"""Reports: what the staff may read of other people's conversations, and why."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.ids import new_id
from messaging.models.conversation import Conversation
from messaging.models.message import Message


class ReportReason(models.TextChoices):
    """What is wrong."""

    SPAM = "spam", _("Advertising or spam")
    FRAUD = "fraud", _("Fraud, or asking for money in advance")
    ABUSE = "abuse", _("Insults, threats or harassment")
    UNSAFE_FILE = "unsafe_file", _("A harmful file or link")
    ILLEGAL = "illegal", _("Something unlawful")
    OTHER = "other", _("Something else")


class Report(models.Model):
    """One member's report of a message of the other side, or of the whole conversation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="reports")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, blank=True, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(_("reason"), max_length=12, choices=ReportReason.choices)
    words = models.CharField(_("in the member's own words"), max_length=1000, blank=True, default="")
    created_at = models.DateTimeField(_("reported"), default=timezone.now, editable=False)
    handled_at = models.DateTimeField(_("handled"), null=True, editable=False)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reporter", "message"], name="messaging_report_once"),
            models.UniqueConstraint(
                fields=["reporter", "conversation"],
                condition=Q(message__isnull=True),
                name="messaging_report_conversation_once",
            ),
            models.CheckConstraint(condition=Q(reason__in=ReportReason.values), name="messaging_report_reason"),
        ]
        indexes: ClassVar = [
            # What the staff still have to look at, oldest first.
            models.Index(fields=["created_at"], condition=Q(handled_at__isnull=True), name="messaging_report_open")
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.created_at:%Y-%m-%d})"
