"""Attaching files to requests and proposals."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from accounts.models import Member
from attachments.actions import attach
from attachments.models import Attachment
from requests.models import Proposal, ServiceRequest


def set_files(target: ServiceRequest | Proposal, files: Sequence[Attachment], *, actor: Member, now: datetime) -> None:
    """Makes these the files of the request or proposal, and no others; one that belongs to nothing any more is removed.

    Raises UnknownAttachment where one of them became part of something else meanwhile.
    """
    had = set(target.attachments.values_list("pk", flat=True))
    attach(actor=actor, ids=[each.pk for each in files if each.pk not in had], now=now)
    target.attachments.set(files)
    drop_files(had - {each.pk for each in files})


def drop_files(ids: Collection[UUID]) -> None:
    """Removes those of the files that no request and no proposal refers to."""
    Attachment.objects.filter(pk__in=ids, requests=None, proposals=None).delete()
