"""Reporting what should not have been written, and the staff's looking at it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.errors import InvalidInput, NotAllowed
from marketplace.validators import clean_text
from messaging.models import Conversation, Message, Report, ReportReason
from notifications.events import record

LONGEST_WORDS = 1000


def report(
    *,
    actor: Member,
    conversation: Conversation,
    reason: str,
    now: datetime,
    words: str = "",
    message: Message | None = None,
) -> Report:
    """Puts a message of the other side, or the conversation, before the staff. Twice is one report.

    Raises NotAllowed for strangers and for one's own messages, and InvalidInput.
    """
    if conversation.side_of(actor) is None or (message is not None and message.conversation_id != conversation.pk):
        raise NotAllowed
    if message is not None and message.sender_id == actor.pk:
        raise NotAllowed(_("This is your own message."), code="own_message")
    if reason not in ReportReason.values:
        text = str(_("Choose one of: %(choices)s.") % {"choices": ", ".join(ReportReason.values)})
        raise InvalidInput(fields={"reason": [{"code": "unknown_value", "message": text}]})
    try:
        words = clean_text(words, most=LONGEST_WORDS)
    except ValidationError as error:
        raise InvalidInput(
            fields={"words": [{"code": error.code or "invalid", "message": error.messages[0]}]}
        ) from None
    with transaction.atomic():
        made, is_new = Report.objects.get_or_create(
            conversation=conversation,
            message=message,
            reporter=actor,
            defaults={"reason": reason, "words": words, "created_at": now},
        )
        if is_new:
            _note("reported", made, actor, now)
    return made


def note_reading(*, actor: Member, report: Report, now: datetime) -> None:
    """Writes down that one of the staff read what was reported. Raises NotAllowed for everybody else."""
    if not actor.is_staff:
        raise NotAllowed
    _note("read_by_staff", report, actor, now)


@transaction.atomic
def handle_report(*, actor: Member, report: Report, now: datetime) -> None:
    """The staff have dealt with it. Twice is harmless. Raises NotAllowed."""
    if not actor.is_staff:
        raise NotAllowed
    if Report.objects.filter(pk=report.pk, handled_at__isnull=True).update(handled_at=now, handled_by=actor):
        _note("handled", report, actor, now)


def _note(kind: str, report: Report, actor: Member, now: datetime) -> None:
    data = {
        "conversation": str(report.conversation_id),
        "message": str(report.message_id or ""),
        "reason": report.reason,
    }
    record(kind=f"report.{kind}", actor=actor, subject_type="report", subject_id=report.pk, now=now, data=data)
