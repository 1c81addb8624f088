"""Publishing and pausing. Repeating either is harmless."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.errors import IllegalMove
from notifications.events import record
from services.actions.permission import lock_page
from services.models import PageStatus, ServicePage
from services.rules import require_publishable
from services.search.index import page_changed


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
    page.published_at = now
    page.first_published_at = page.first_published_at or now
    page.updated_at = now
    page.save(update_fields=["status", "published_at", "first_published_at", "updated_at"])
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
