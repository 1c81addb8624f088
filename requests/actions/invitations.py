"""Asking providers in person."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from requests.models import Invitation, ServiceRequest
from requests.moves import ACTIVE
from services.models import ServicePage

INVITATION_WAITS: Final = timedelta(hours=24)
"""How long an invitation may go unanswered before the provider is reminded, once."""


def invite(request: ServiceRequest, pages: Sequence[ServicePage], *, now: datetime) -> None:
    """These pages are asked, and no others; those that were asked before keep their invitation and its clock."""
    request.invitations.exclude(page__in=pages).delete()
    asked = set(request.invitations.values_list("page_id", flat=True))
    nudge_at = now + INVITATION_WAITS if request.status in ACTIVE else None
    Invitation.objects.bulk_create(
        Invitation(request=request, page=page, created_at=now, nudge_at=nudge_at)
        for page in pages
        if page.pk not in asked
    )
