"""Handing in a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from attachments.errors import MEGABYTE, MOST_BYTES, EmptyFile, TooLarge
from attachments.models import Attachment, AttachmentKind
from attachments.names import clean_name, with_ending
from attachments.pictures import write_anew
from attachments.types import PICTURES, type_of
from marketplace.errors import TooFast
from marketplace.ids import new_id

DAY = timedelta(days=1)
MOST_A_DAY = 200
MOST_BYTES_A_DAY = 1000 * MEGABYTE


class UploadQuotaReached(TooFast):
    """``MOST_A_DAY`` files or ``MOST_BYTES_A_DAY`` in 24 hours."""

    code = "upload_quota_reached"
    message = _("You have uploaded very much today. Please go on tomorrow.")
    retry_after = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Contents:
    """What is stored of an upload."""

    file: File[Any]
    name: str
    content_type: str
    kind: AttachmentKind = AttachmentKind.FILE
    width: int | None = None
    height: int | None = None


def upload_attachment(*, actor: Member, upload: File[Any], now: datetime) -> Attachment:
    """Takes a file, which waits 24 hours to become part of something. Pictures are written anew.

    Raises RefusedFile for a reason of its own each, UnreadablePicture, TooManyPixels, and UploadQuotaReached.
    """
    if not upload.size:
        raise EmptyFile
    if upload.size > MOST_BYTES:
        raise TooLarge
    if settings.RATE_LIMITS:
        _check_quota(actor, upload.size, now)
    contents = _contents(upload)
    made = Attachment(
        id=new_id(),
        uploader=actor,
        name=contents.name,
        kind=contents.kind,
        content_type=contents.content_type,
        size=contents.file.size,
        width=contents.width,
        height=contents.height,
        created_at=now,
    )
    made.file.save(made.pk.hex, contents.file, save=False)
    try:
        made.save(force_insert=True)
    except BaseException:
        made.file.delete(save=False)
        raise
    return made


def _contents(upload: File[Any]) -> Contents:
    name = clean_name(upload.name)
    found = type_of(upload, name)
    if not found.picture:
        upload.seek(0)
        return Contents(upload, name, found.content_type)
    data, written_as, (width, height) = write_anew(upload, found.picture)
    content_type, endings = next((key, endings) for key, (word, endings) in PICTURES.items() if word == written_as)
    name = with_ending(name, endings)
    return Contents(ContentFile(data), name, content_type, AttachmentKind.IMAGE, width, height)


def _check_quota(actor: Member, size: int, now: datetime) -> None:
    today = Attachment.objects.filter(uploader=actor, created_at__gt=now - DAY)
    used = today.aggregate(count=Count("pk"), size=Sum("size", default=0))
    if used["count"] >= MOST_A_DAY or used["size"] + size > MOST_BYTES_A_DAY:
        raise UploadQuotaReached
