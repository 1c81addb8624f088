"""Publishing and pausing. Repeating either is harmless."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.errors import IllegalMove
from notifications.events import record
from notifications.models import Event
from services.actions.permission import lock_page
from services.models import PageStatus, ServicePage
from services.rules import require_publishable
from services.search.index import page_changed

EVERY_SEARCH_LOOKED: Final = timedelta(days=2)
"""After so long the daily saved searches have looked too, whatever the clocks did."""


@transaction.atomic
def publish_page(*, actor: Member, page: ServicePage, now: datetime) -> ServicePage:
    """Shows a draft or paused page to everybody: it can be found and matched when this returns.

    Raises NotAllowed and IncompletePage.
    """
    page = lock_page(page, actor=actor)
    if page.status == PageStatus.PUBLISHED:
        return page
    require_publishable(page, offers_services=page.offers.exists())
    page.status = PageStatus.PUBLISHED
    page.published_at = page.updated_at = now
    if page.first_published_at is None:
        page.first_published_at = now
    elif _was_there_briefly(page):
        page.came_back_at = now
    page.save(update_fields=["status", "published_at", "first_published_at", "came_back_at", "updated_at"])
    record(kind="page.published", actor=actor, subject_type="page", subject_id=page.pk, now=now)
    page_changed(page.pk)
    return page


@transaction.atomic
def pause_page(*, actor: Member, page: ServicePage, now: datetime) -> ServicePage:
    """Hides a published page; it leaves search and matching in the same transaction.

    Raises NotAllowed, and IllegalMove for a draft.
    """
    page = lock_page(page, actor=actor)
    if page.status == PageStatus.PAUSED:
        return page
    if page.status == PageStatus.DRAFT:
        raise IllegalMove(_("A draft is not published, so there is nothing to pause."))
    page.status = PageStatus.PAUSED
    page.updated_at = now
    page.save(update_fields=["status", "updated_at"])
    record(kind="page.paused", actor=actor, subject_type="page", subject_id=page.pk, now=now)
    page_changed(page.pk)
    return page


def _was_there_briefly(page: ServicePage) -> bool:
    """Whether the page was paused before every saved search can have found it. One query."""
    pauses = Event.objects.filter(subject_type="page", subject_id=str(page.pk), kind="page.paused")
    paused_at = pauses.order_by("-created_at").values_list("created_at", flat=True).first()
    since = page.came_back_at or page.first_published_at
    return paused_at is not None and since is not None and paused_at - since < EVERY_SEARCH_LOOKED
