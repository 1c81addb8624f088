"""What members do with their saved searches."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.errors import Conflict, InvalidInput, NotAllowed
from marketplace.validators import clean_line
from notifications.events import record
from notifications.readers import load_readers
from services.actions.permission import is_own_or_staff
from services.models import Alert, SavedSearch
from services.saved.alerts import next_daily
from services.saved.kinds import Kind, kind_of

MOST: Final = 50
"""Saved searches that a member may have."""
LONGEST_NAME: Final = 120
LONGEST_ADDRESS: Final = 1500


class TooManySearches(Conflict):
    """The member has as many saved searches as she may have."""

    code = "too_many_searches"
    message = _("You have saved very many searches. Please delete one first.")


class AlreadySaved(Conflict):
    """The member has saved this search before."""

    code = "already_saved"
    message = _("You have saved this search already.")


def save_search(
    *,
    actor: Member,
    kind: str,
    given: QueryDict,
    now: datetime,
    name: str = "",
    alert: str = Alert.INSTANT,
    locale: str = "en",
) -> SavedSearch:
    """Keeps a search, given by the parameters of its page or of the API as a reader of ``locale`` types them.

    Without a name it is called by its words. Raises NotFound for an unknown kind, InvalidInput, TooManySearches and
    AlreadySaved.
    """
    found = kind_of(kind)
    values = found.canonical(given, locale)
    address = urlencode(sorted(values.items()))
    if len(address) > LONGEST_ADDRESS:
        raise _problem("address", "max_length", _("This search is too long to be saved."))
    with transaction.atomic():
        # Two at once must not pass the limit, or the same search, together.
        Member.objects.select_for_update(no_key=True).get(pk=actor.pk)
        own = SavedSearch.objects.filter(member=actor)
        if own.filter(kind=kind, address=address).exists():
            raise AlreadySaved
        if own.count() >= MOST:
            raise TooManySearches
        return SavedSearch.objects.create(
            member=actor,
            kind=kind,
            name=_clean_name(name) or _words(found, address, locale),
            address=address,
            alert=_clean_alert(alert),
            due_at=_due(actor, alert, now),
            checked_until=now,
            created_at=now,
        )


@transaction.atomic
def change_search(*, actor: Member, search: SavedSearch, changes: Mapping[str, str], now: datetime) -> SavedSearch:
    """Sets name and alert, as far as they are given. One that was off looks from now on.

    Raises NotAllowed and InvalidInput.
    """
    search = _lock(search, actor)
    if "name" in changes:
        search.name = _clean_name(changes["name"])
        if not search.name:
            raise _problem("name", "required", _("Give it a name."))
    if "alert" in changes and changes["alert"] != search.alert:
        if search.alert == Alert.OFF:
            search.checked_until = now
        search.alert = _clean_alert(changes["alert"])
        search.due_at = _due(actor, search.alert, now)
    search.save(update_fields=["name", "alert", "checked_until", "due_at"])
    return search


@transaction.atomic
def silence_search(*, actor: Member, search: SavedSearch, now: datetime) -> None:
    """Turns the alerts off; staff may do it too, which is recorded. Twice is harmless. Raises NotAllowed."""
    if not is_own_or_staff(search.member_id, actor=actor, permission="services.change_savedsearch"):
        raise NotAllowed
    loud = SavedSearch.objects.filter(pk=search.pk).exclude(alert=Alert.OFF)
    if loud.update(alert=Alert.OFF, due_at=None) and actor.pk != search.member_id:
        record(kind="saved_search.silenced", actor=actor, subject_type="saved_search", subject_id=search.pk, now=now)


def look_at_search(*, actor: Member, search: SavedSearch) -> None:
    """She looks at the results: nothing is new any more. Raises NotAllowed."""
    _require_own(search, actor)
    SavedSearch.objects.filter(pk=search.pk, new_count__gt=0).update(new_count=0)


def delete_search(*, actor: Member, search: SavedSearch) -> None:
    """Forgets the search. Twice is harmless. Raises NotAllowed."""
    _require_own(search, actor)
    SavedSearch.objects.filter(pk=search.pk).delete()


def _lock(search: SavedSearch, actor: Member) -> SavedSearch:
    _require_own(search, actor)
    return SavedSearch.objects.select_for_update(of=("self",)).get(pk=search.pk)


def _require_own(search: SavedSearch, actor: Member) -> None:
    if search.member_id != actor.pk:
        raise NotAllowed


def _words(kind: Kind, address: str, locale: str) -> str:
    """A name out of the search's words."""
    words = kind.describe([QueryDict(address)], locale)[0] or [str(kind.label)]
    return ", ".join(words)[:LONGEST_NAME]


def _due(actor: Member, alert: str, now: datetime) -> datetime | None:
    return next_daily(load_readers([actor.pk], []).get(actor.pk), now) if alert == Alert.DAILY else None


def _clean_name(name: str) -> str:
    try:
        return clean_line(name, most=LONGEST_NAME)
    except ValidationError as error:
        raise _problem("name", error.code or "invalid", " ".join(error.messages)) from None


def _clean_alert(alert: str) -> str:
    if alert not in Alert.values:
        raise _problem("alert", "invalid_choice", _("Choose instant, daily or off."))
    return alert


def _problem(field: str, code: str, message: object) -> InvalidInput:
    return InvalidInput(fields={field: [{"code": code, "message": str(message)}]})
