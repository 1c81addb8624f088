"""What members do with their lists of pages. Each takes the lock of what it counts, so limits hold."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Member
from marketplace.errors import Conflict, FieldProblem, InvalidInput, NotAllowed, NotFound
from marketplace.validators import clean_line
from notifications.events import record
from services.actions.permission import is_own_or_staff
from services.models import ListedPage, PageList, ServicePage

MOST_LISTS: Final = 50
MOST_PAGES: Final = 500
"""Pages on one list."""
LONGEST_NAME: Final = 80
LONGEST_NOTE: Final = 500


class TooManyLists(Conflict):
    """The member has as many lists as she may have."""

    code = "too_many_lists"
    message = gettext_lazy("You have very many lists. Please delete one first.")


class ListFull(Conflict):
    """The list holds as many pages as it may hold."""

    code = "list_full"
    message = gettext_lazy("This list is full. Please remove a page first, or use another list.")


class ListExists(Conflict):
    """The member has a list of this name."""

    code = "list_exists"
    message = gettext_lazy("You have a list of this name already.")


@transaction.atomic
def create_list(*, actor: Member, name: str, now: datetime) -> PageList:
    """A new, empty list. Raises InvalidInput, TooManyLists and ListExists."""
    name = _clean_name(name)
    _require_room(actor, name)
    return PageList.objects.create(member=actor, name=name, created_at=now)


@transaction.atomic
def favourites(*, actor: Member, now: datetime) -> PageList:
    """The actor's default list, made where there is none yet. Raises TooManyLists."""
    found = PageList.objects.filter(member=actor, is_default=True).first()
    if found is not None:
        return found
    Member.objects.select_for_update(no_key=True).get(pk=actor.pk)
    name = _("Favourites")
    same = PageList.objects.filter(member=actor, name=name).first()
    if same is None:
        _require_room(actor, name)
        same = PageList(member=actor, name=name, created_at=now)
    same.is_default = True
    same.save()
    return same


@transaction.atomic
def rename_list(*, actor: Member, page_list: PageList, name: str) -> PageList:
    """Raises NotAllowed, InvalidInput and ListExists."""
    page_list = _lock(page_list, actor)
    name = _clean_name(name)
    if PageList.objects.filter(member=actor, name=name).exclude(pk=page_list.pk).exists():
        raise ListExists
    page_list.name = name
    page_list.save(update_fields=["name"])
    return page_list


def delete_list(*, actor: Member, page_list: PageList) -> None:
    """Forgets the list with its notes. Twice is harmless. Raises NotAllowed."""
    _require_own(page_list, actor)
    PageList.objects.filter(pk=page_list.pk).delete()


@transaction.atomic
def keep_page(
    *, actor: Member, page: ServicePage, now: datetime, page_list: PageList | None = None, note: str | None = None
) -> ListedPage:
    """Puts a page on a list, by default the favourites; sets its note where one is given. Twice is harmless.

    Who may see the page is for the caller to know. Raises NotAllowed, InvalidInput and ListFull.
    """
    page_list = _lock(page_list or favourites(actor=actor, now=now), actor)
    listed = ListedPage.objects.filter(list=page_list, page=page).first()
    if listed is None:
        if page_list.listed.count() >= MOST_PAGES:
            raise ListFull
        listed = ListedPage(list=page_list, page=page, added_at=now)
    listed.note = _clean_note(note) if note is not None else listed.note
    listed.save()
    return listed


def remove_page(*, actor: Member, page_list: PageList, page_id: UUID) -> None:
    """Takes a page off a list. Twice is harmless. Raises NotAllowed."""
    _require_own(page_list, actor)
    ListedPage.objects.filter(list=page_list, page=page_id).delete()


def let_page_go(*, actor: Member, page_id: UUID) -> None:
    """Takes a page off all of the actor's lists. Twice is harmless."""
    ListedPage.objects.filter(list__member=actor, page=page_id).delete()


@transaction.atomic
def move_page(*, actor: Member, listed: ListedPage, to: PageList, now: datetime) -> ListedPage:
    """Puts a page with its note on another list. Raises NotAllowed and ListFull."""
    _require_own(listed.list, actor)
    kept = keep_page(actor=actor, page=listed.page, page_list=to, note=listed.note or None, now=now)
    if kept.pk != listed.pk:
        listed.delete()
    return kept


@transaction.atomic
def share_list(*, actor: Member, page_list: PageList) -> PageList:
    """Gives the list a link; a new one where it had one, which then leads nowhere. Raises NotAllowed."""
    page_list = _lock(page_list, actor)
    page_list.token = PageList.new_token()
    page_list.save(update_fields=["token"])
    return page_list


@transaction.atomic
def stop_sharing(*, actor: Member, page_list: PageList, now: datetime) -> None:
    """The link leads nowhere from now on; staff may do it too, which is recorded. Twice is harmless.

    Raises NotAllowed.
    """
    if not is_own_or_staff(page_list.member_id, actor=actor, permission="services.change_pagelist"):
        raise NotAllowed
    changed = PageList.objects.filter(pk=page_list.pk, token__isnull=False).update(token=None)
    if changed and actor.pk != page_list.member_id:
        record(kind="page_list.unshared", actor=actor, subject_type="page_list", subject_id=page_list.pk, now=now)


def _require_room(actor: Member, name: str) -> None:
    Member.objects.select_for_update(no_key=True).get(pk=actor.pk)
    own = PageList.objects.filter(member=actor)
    if own.filter(name=name).exists():
        raise ListExists
    if own.count() >= MOST_LISTS:
        raise TooManyLists


def _lock(page_list: PageList, actor: Member) -> PageList:
    _require_own(page_list, actor)
    found = PageList.objects.select_for_update(no_key=True).filter(pk=page_list.pk).first()
    if found is None:
        raise NotFound
    return found


def _require_own(page_list: PageList, actor: Member) -> None:
    if page_list.member_id != actor.pk:
        raise NotAllowed


def _clean_name(name: str) -> str:
    cleaned = _clean("name", name, LONGEST_NAME)
    if not cleaned:
        raise InvalidInput(fields={"name": [{"code": "required", "message": _("Give it a name.")}]})
    return cleaned


def _clean_note(note: str) -> str:
    return _clean("note", note, LONGEST_NOTE)


def _clean(field: str, value: str, most: int) -> str:
    try:
        return clean_line(value, most=most)
    except ValidationError as error:
        problem: FieldProblem = {"code": error.code or "invalid", "message": " ".join(error.messages)}
        raise InvalidInput(fields={field: [problem]}) from None
