"""Creating and editing pages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.errors import Conflict
from notifications.events import record
from services.actions.permission import lock_page
from services.addresses import free_slug
from services.models import PageAddress, PageService, PageStatus, Service, ServicePage
from services.rules import clean_changes, require_publishable
from services.search.index import page_changed

ATTEMPTS = 3
"""How often an address is looked for when another page takes the same one at the same moment."""


class PageExists(Conflict):
    """The member has a page already; one a member."""

    code = "page_exists"
    message = _("You already have a service page.")


class StalePage(Conflict):
    """The form was filled in from an older state of the page."""

    code = "stale"
    message = _("This page was changed somewhere else since you opened it. Your input is kept.")


def create_page(*, actor: Member, values: Mapping[str, Any], now: datetime) -> ServicePage:
    """A draft of the actor's with these values, each named and formed as in the API; all may be missing.

    Raises PageExists and InvalidInput.
    """
    page = ServicePage(member=actor, created_at=now, updated_at=now, languages=list(actor.languages))
    columns = clean_changes(values, page=page, today=now.date())
    services = columns.pop("services", [])
    _assign(page, columns)
    for _attempt in range(ATTEMPTS):
        if ServicePage.objects.filter(member=actor).exists():
            raise PageExists
        try:
            with transaction.atomic():
                return _insert(page, services, actor, now)
        except IntegrityError:
            continue
    raise Conflict


def _insert(page: ServicePage, services: Sequence[Service], actor: Member, now: datetime) -> ServicePage:
    page.slug = free_slug(page.title, page_id=page.pk)
    page.save(force_insert=True)
    _replace_offers(page, services)
    record(kind="page.created", actor=actor, subject_type="page", subject_id=page.pk, now=now)
    return page


def update_page(
    *, actor: Member, page: ServicePage, changes: Mapping[str, Any], now: datetime, version: int | None = None
) -> ServicePage:
    """Applies the changes, each named and formed as in the API. Changing nothing is harmless.

    ``version`` is that of the page from which the changes were made. Raises NotAllowed, InvalidInput, StalePage, and
    IncompletePage where a published page would lack something that publishing needs.
    """
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _update(lock_page(page, actor=actor), actor, changes, now, version)
        except IntegrityError:
            continue  # another page took the address between the look and the write
    raise Conflict


def _update(
    page: ServicePage, actor: Member, changes: Mapping[str, Any], now: datetime, version: int | None
) -> ServicePage:
    offered = list(page.offers.select_related("service"))
    columns = clean_changes(changes, page=page, offered=[offer.service.slug for offer in offered], today=now.date())
    services = columns.pop("services", None)
    changed = [name for name, value in columns.items() if getattr(page, name) != value]
    moved = services is not None and [service.pk for service in services] != [offer.service_id for offer in offered]
    if not changed and not moved:
        return page
    if version is not None and version != page.version:
        raise StalePage
    _assign(page, columns)
    if page.status == PageStatus.PUBLISHED:
        require_publishable(page, offers_services=bool(offered if services is None else services))
    if "title" in changed:
        _move(page, now)
    page.version += 1
    page.updated_at = now
    page.save()
    if moved:
        _replace_offers(page, services or [])
    _announce(page, actor, now, [*changed, *(["services"] if moved else [])])
    return page


def _announce(page: ServicePage, actor: Member, now: datetime, changed: list[str]) -> None:
    if page.first_published_at is None:
        return  # nobody but the provider has seen the page; its drafts are not the marketplace's history
    data = {"fields": sorted(changed)}
    record(kind="page.edited", actor=actor, subject_type="page", subject_id=page.pk, now=now, data=data)
    if page.status == PageStatus.PUBLISHED:
        page_changed(page.pk)


def _assign(page: ServicePage, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        setattr(page, name, value)
    if "about" in columns:
        page.render_about()


def _move(page: ServicePage, now: datetime) -> None:
    """Gives the page the address of its title. The one that others may have noted goes on leading here."""
    left, page.slug = page.slug, free_slug(page.title, page_id=page.pk, present=page.slug)
    if left == page.slug:
        return
    page.old_addresses.filter(slug=page.slug).delete()
    if page.first_published_at is not None:
        PageAddress.objects.create(slug=left, page=page, created_at=now)


def _replace_offers(page: ServicePage, services: Sequence[Service]) -> None:
    page.offers.all().delete()
    PageService.objects.bulk_create(
        PageService(page=page, service=service, position=position) for position, service in enumerate(services)
    )
