"""Creating and editing requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from attachments.models import Attachment
from marketplace.copying import insert_rows
from marketplace.errors import Conflict, IllegalMove, InvalidInput
from notifications.readers import zone_of
from requests.actions.common import lock_request, note
from requests.actions.files import set_files
from requests.actions.invitations import invite
from requests.actions.looking import look_again
from requests.matching.retrieve import asks_in_person
from requests.models import RequestStatus, ServiceRequest, Visibility
from requests.moves import ACTIVE
from requests.rules import MATERIAL, clean_changes, require_publishable
from requests.rules.changes import DECIDES_WHO
from requests.rules.ordered import clean_order, filled_in
from services.models import ServicePage
from sitesettings.models import SiteSettings

UNSET: Mapping[str, Any] = {"title": "", "details": "", "budget_type": "", "work_location": ""}


class StaleRequest(Conflict):
    """The form was filled in from an older state of the request."""

    code = "stale"
    message = _("This request was changed somewhere else since you opened it. Your input is kept.")


@dataclass(frozen=True, slots=True)
class Draft:
    """A request that is not saved yet, with the pages that it asks and the files that belong to it."""

    request: ServiceRequest
    invited: Sequence[ServicePage]
    files: Sequence[Attachment]

    def save(self, *, actor: Member, now: datetime) -> None:
        """Writes it, in the caller's transaction. Raises UnknownAttachment."""
        insert_rows([self.request])
        self.save_rest(actor=actor, now=now)

    def save_rest(self, *, actor: Member, now: datetime) -> None:
        """Writes what refers to the request, which has to be written before the transaction ends. Raises
        UnknownAttachment."""
        if self.invited:
            invite(self.request, self.invited, now=now)
        if self.files:
            set_files(self.request, self.files, actor=actor, now=now)


@transaction.atomic
def create_request(*, actor: Member, values: Mapping[str, Any], now: datetime) -> ServiceRequest:
    """A draft of the actor's, saved; see ``draft``."""
    made = draft(actor=actor, values=values, now=now)
    made.save(actor=actor, now=now)
    note("created", made.request, actor=actor, now=now)
    return made.request


def draft(*, actor: Member, values: Mapping[str, Any], now: datetime) -> Draft:
    """A draft of the actor's with these values, each named and formed as in the API; only ``service`` must be there.

    What a new order leaves unsaid is filled in from it, in the present language. Raises InvalidInput.
    """
    if not values.get("service"):
        raise InvalidInput(fields={"service": [{"code": "required", "message": str(_("Choose a service."))}]})
    request = ServiceRequest(client=actor, created_at=now, updated_at=now, **UNSET)
    request.proposal_cap = SiteSettings.current().proposals_per_request
    columns = clean_changes(_with_order(values), request=request, today=_today(actor, now))
    invited, files = columns.pop("invited_pages", []), columns.pop("attachments", [])
    _assign(request, columns)
    return Draft(request, invited, files)


@transaction.atomic
def edit_request(
    *, actor: Member, request: ServiceRequest, changes: Mapping[str, Any], now: datetime, version: int | None = None
) -> ServiceRequest:
    """Applies the changes to a draft or an active request. Changing nothing is harmless.

    Material changes of an active request are told to those who know it; any change renews its clocks. Where others may
    be told by now, or are asked in person, they are. ``version`` is that of the request from which the changes were
    made. Raises NotAllowed, IllegalMove, InvalidInput, StaleRequest.
    """
    request = lock_request(request, actor=actor)
    if request.status != RequestStatus.DRAFT and request.status not in ACTIVE:
        raise IllegalMove(_("Only a draft or an active request can be edited."))
    columns = clean_changes(changes, request=request, today=_today(actor, now))
    invited, files = columns.pop("invited_pages", None), columns.pop("attachments", None)
    changed = [name for name, value in columns.items() if getattr(request, name) != value]
    asked = list(request.invitations.values_list("page_id", flat=True))
    asks_others = invited is not None and {page.pk for page in invited} != set(asked)
    if files is not None and {file.pk for file in files} != set(request.attachments.values_list("pk", flat=True)):
        changed.append("attachments")
    if not changed and not asks_others:
        return request
    if version is not None and version != request.version:
        raise StaleRequest
    asked_in_person = asks_in_person(request)
    _assign(request, columns)
    request.version += 1
    request.updated_at = now
    if request.status in ACTIVE:
        if "visibility" in changed and request.visibility == Visibility.BOARD:
            request.moved_to_board_at = now
        count = len(asked if invited is None else invited)
        require_publishable(request, invited=count, require_answers="answers" in changed)
        start_clocks(request, now=now)
        asks_more = asks_in_person(request) and not {page.pk for page in invited or []}.issubset(asked)
        if asks_more or asked_in_person != asks_in_person(request) or _fits_others(request, changed):
            look_again(request, now=now)
    request.save()
    if asks_others:
        invite(request, invited or [], now=now)
    if files is not None and "attachments" in changed:
        set_files(request, files, actor=actor, now=now)
    if request.status in ACTIVE:
        material = sorted(MATERIAL.intersection(changed))
        note("edited", request, actor=actor, now=now, data={"fields": sorted(changed), "material": material})
    return request


def _fits_others(request: ServiceRequest, changed: Sequence[str]) -> bool:
    return not asks_in_person(request) and not DECIDES_WHO.isdisjoint(changed)


def start_clocks(request: ServiceRequest, *, now: datetime) -> None:
    """Sets, without saving, when the request expires and when its client is reminded. Activity calls it again."""
    site = SiteSettings.current()
    request.expires_at = now + timedelta(days=site.request_days_open)
    reminder = request.expires_at - timedelta(days=site.reminder_days_before)
    request.remind_at = reminder if reminder > now else None


def _with_order(values: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        order = clean_order(values.get("order") or {}, kept=None)
    except ValidationError:
        return values  # ``clean_changes`` names what is wrong with it
    if order is None:
        return values
    return {**filled_in(order, locale=to_locale(get_language() or "en")), **values}


def _today(actor: Member, now: datetime) -> date:
    """The day by the actor's clock."""
    return now.astimezone(zone_of(actor.time_zone)).date()


def _assign(request: ServiceRequest, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        setattr(request, name, value)
