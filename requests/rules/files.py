"""Rules for the files that go with a request or a proposal."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Manager, Q
from django.utils.translation import gettext_lazy as _

from attachments.errors import MOST_FILES
from attachments.models import Attachment


def own_files(
    given: Sequence[Any], *, uploader_id: UUID, kept: "Manager[Attachment] | None" = None
) -> list[Attachment]:
    """Files by their ids, in the given order, each once; at most ten. One query.

    Each is an upload of hers that is part of nothing yet, or among those that are attached already. Raises
    ValidationError.
    """
    ids = list(dict.fromkeys(_id(value) for value in given))
    if len(ids) > MOST_FILES:
        raise ValidationError(_("Attach at most %(most)d files."), code="too_many", params={"most": MOST_FILES})
    allowed = Q(uploader=uploader_id, attached_at__isnull=True)
    if kept is not None:
        allowed |= Q(pk__in=kept.values("pk"))
    found = Attachment.objects.in_bulk(Attachment.objects.filter(allowed, pk__in=ids).values_list("pk", flat=True))
    for file_id in ids:
        if file_id not in found:
            raise ValidationError(_("You have uploaded no file with the id %(id)s."), "unknown_file", {"id": file_id})
    return [found[file_id] for file_id in ids]


def _id(value: Any) -> UUID:
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        message = _("“%(id)s” is not the id of a file.")
        raise ValidationError(message, code="unknown_file", params={"id": str(value)[:40]}) from None
