"""Throwing files away. Their contents go with their rows: see ``attachments.files``."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Member
from attachments.errors import AlreadyAttached
from attachments.models import Attachment
from marketplace.errors import NotAllowed

WAITS = timedelta(hours=24)
BATCH = 200
"""Rows that one transaction of the sweep takes."""


@transaction.atomic
def discard_attachment(*, actor: Member, attachment: Attachment) -> None:
    """Removes an upload that is part of nothing yet. Raises NotAllowed, AlreadyAttached."""
    if attachment.uploader_id != actor.pk:
        raise NotAllowed
    locked = Attachment.objects.select_for_update().filter(pk=attachment.pk).first()
    if locked is not None and locked.attached_at is not None:
        raise AlreadyAttached
    if locked is not None:
        locked.delete()


def forget_unattached(*, now: datetime) -> int:
    """Removes uploads that became part of nothing within 24 hours; how many."""
    forgotten = 0
    while count := _forget_batch(now):
        forgotten += count
    return forgotten


@transaction.atomic
def _forget_batch(now: datetime) -> int:
    waiting = Attachment.objects.select_for_update(skip_locked=True).filter(attached_at__isnull=True)
    rows = list(waiting.filter(created_at__lte=now - WAITS).order_by("created_at")[:BATCH])
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
