"""Making files part of something."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Member
from attachments.errors import MOST_FILES, TooManyFiles, UnknownAttachment
from attachments.models import Attachment


@transaction.atomic
def attach(*, actor: Member, ids: Sequence[UUID], now: datetime, most: int = MOST_FILES) -> list[Attachment]:
    """Claims the actor's own uploads, which are part of nothing yet, for the caller to refer to; in the given order.

    Raises TooManyFiles, and UnknownAttachment for what is somebody else's, gone, or part of something already. The row
    locks keep the sweep and a second claim away until the caller commits.
    """
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > most:
        raise TooManyFiles
    waiting = Attachment.objects.select_for_update().filter(uploader=actor, attached_at__isnull=True)
    found = {each.pk: each for each in waiting.filter(pk__in=wanted).order_by("pk")} if wanted else {}
    if len(found) != len(wanted):
        raise UnknownAttachment
    if found:
        Attachment.objects.filter(pk__in=wanted).update(attached_at=now)
    for each in found.values():
        each.attached_at = now
    return [found[pk] for pk in wanted]
