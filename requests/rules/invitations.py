"""Rules for the pages that a client asks directly."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Block
from services.models import ServicePage

MOST: Final = 5


def invited_pages(given: Sequence[Any], *, client_id: UUID | None) -> list[ServicePage]:
    """Published pages of others by their ids, in the given order, each once; at most five. One query."""
    ids = list(dict.fromkeys(page_id_of(value) for value in given))
    if len(ids) > MOST:
        raise ValidationError(_("Ask at most %(most)d providers."), code="too_many", params={"most": MOST})
    either_blocks = Block.objects.filter(
        Q(blocker=client_id, blocked=OuterRef("member")) | Q(blocked=client_id, blocker=OuterRef("member"))
    )
    pages = ServicePage.objects.published().filter(pk__in=ids, member__is_active=True).exclude(Exists(either_blocks))
    found = {page.pk: page for page in pages}
    for page_id in ids:
        if page_id not in found:
            raise ValidationError(_("There is no published page with the id %(id)s."), "unknown_page", {"id": page_id})
        if found[page_id].member_id == client_id:
            raise ValidationError(_("You cannot ask yourself."), code="own_page")
    return [found[page_id] for page_id in ids]


def page_id_of(value: Any) -> UUID:
    """The id, as given to the API. Raises ValidationError."""
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        message = _("“%(id)s” is not the id of a page.")
        raise ValidationError(message, code="unknown_page", params={"id": str(value)[:40]}) from None
