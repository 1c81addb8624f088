"""Saved searches of the board."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.models import Member
from marketplace.errors import FieldProblem, InvalidInput
from marketplace.languages import language_name
from requests.board.filters import FILTERS, PLACES, BoardQuery, parse
from requests.board.find import find
from requests.board.typed import translated
from requests.models import BudgetType, RequestStatus, ServiceRequest, TimeFrame, Visibility
from services.countries import country_name
from services.models import ServiceGroup
from services.money import editable, format_money
from services.saved.kinds import Fresh, Hit, Kind
from services.search.meant import service_titles

PATH: Final = "/requests/board/"
UPPER: Final = {"country", "currency"}


def canonical(given: QueryDict, locale: str) -> Mapping[str, str]:
    """The search in the API's parameters. Raises InvalidInput."""
    read = _read(given, locale)
    parse(read)
    kept = {name: value.strip() for name in FILTERS if (value := read.get(name, "")).strip()}
    if "min_budget" not in kept:
        kept.pop("currency", None)
    if kept.get("sort") == "newest":
        del kept["sort"]
    return {name: value.upper() if name in UPPER else value for name, value in kept.items()}


def shown(given: QueryDict, locale: str) -> str:
    """The address of the page: the amount as the reader types one."""
    address = given.copy()
    amount, currency = str(address.get("min_budget", "")), str(address.get("currency", ""))
    if amount.isdecimal() and currency:
        del address["min_budget"]
        address["budget"] = editable(int(amount[:15]), currency, locale)
    return f"{PATH}?{address.urlencode()}"


def describe(addresses: Sequence[QueryDict], locale: str) -> list[list[str] | None]:
    """The searches in words. One query, where one of them names a group."""
    slugs = {str(given["group"]) for given in addresses if given.get("group")}
    groups = dict(ServiceGroup.objects.filter(slug__in=slugs, is_active=True).values_list("slug", "name"))
    found = [(given, _understood(given, groups)) for given in addresses]
    return [None if query is None else _words(given, query, groups, locale) for given, query in found]


def fresh(after: datetime, until: datetime) -> list[Fresh]:
    """Public requests that were published, or moved to the board, in this time and are open now.

    Reopening makes none new, but those that were taken off the board soon are looked at again.
    """
    public = ServiceRequest.objects.filter(visibility=Visibility.BOARD, status=RequestStatus.OPEN)
    first = public.filter(first_published_at__gt=after, first_published_at__lte=until)
    moved = public.filter(moved_to_board_at__gt=after, moved_to_board_at__lte=until)
    found = {pk: Fresh(pk, at) for pk, at in first.values_list("pk", "first_published_at") if at}
    back = public.filter(back_on_board_at__gt=after, back_on_board_at__lte=until)
    later = moved.values_list("pk", "moved_to_board_at")
    found |= {pk: Fresh(pk, at, again=True) for pk, at in later if at}
    first_there = Coalesce("moved_to_board_at", "first_published_at")
    again = back.values_list("pk", "back_on_board_at", first_there)
    return [*(found | {pk: Fresh(pk, at, again=True, first=since) for pk, at, since in again if at}).values()]


def matching(given: QueryDict, request_ids: Sequence[UUID], member: Member, now: datetime) -> list[UUID]:
    """What the board shows of these to the member. Raises InvalidInput."""
    found = find(parse(_read(given, "en")), reader=member).filter(pk__in=request_ids)
    return list(found.order_by("-published_at", "-id").values_list("pk", flat=True))


def hits(request_ids: Collection[UUID]) -> Mapping[UUID, Hit]:
    """Those that are on the board still. One query."""
    public = ServiceRequest.objects.filter(pk__in=request_ids, visibility=Visibility.BOARD, status=RequestStatus.OPEN)
    return {pk: (title, f"/requests/{pk}/") for pk, title in public.values_list("pk", "title")}


def counted(count: int) -> str:
    """Such as "3 new requests"."""
    return ngettext("%(count)d new request", "%(count)d new requests", count) % {"count": count}


def _read(given: QueryDict, locale: str) -> dict[str, str]:
    """The parameters that the search knows, with a typed amount in minor units. Raises InvalidInput."""
    if given.get("min_budget") and not given.get("budget"):  # as the API names it
        return {name: str(given[name]) for name in FILTERS if name in given}
    read, problems = translated(given, locale)
    if problems:
        wrong: list[FieldProblem] = [{"code": "invalid", "message": str(problem)} for problem in problems]
        raise InvalidInput(fields={"address": wrong})
    return {name: value for name, value in read.items() if name in FILTERS}


def _understood(given: QueryDict, groups: Mapping[str, str]) -> BoardQuery | None:
    """The search; None where it cannot be read any more. The catalogue is asked for all searches at once, so what it
    holds is left out of what the form checks."""
    if given.get("service", "") not in {"", *service_titles()} or given.get("group", "") not in {"", *groups}:
        return None
    try:
        return parse({name: str(value) for name, value in given.items() if name not in {"service", "group"}})
    except InvalidInput:
        return None


def _words(given: QueryDict, query: BoardQuery, groups: Mapping[str, str], locale: str) -> list[str]:
    language = get_language() or "en"
    values = {name: str(value) for name, value in given.items() if value}
    words = [_("“%(words)s”") % {"words": values["q"]}] if "q" in values else []
    labels: list[tuple[str, Mapping[str, object]]] = [
        ("service", service_titles()),
        ("group", groups),
        ("budget_type", dict(BudgetType.choices)),
        ("place", dict(PLACES)),
        ("time_frame", dict(TimeFrame.choices)),
        ("mine", {"true": _("What I offer")}),
        ("reach", {"true": _("Within my reach")}),
    ]
    words += [str(names[values[name]]) for name, names in labels if values.get(name) in names]
    words += [country_name(values["country"].upper(), language)] if "country" in values else []
    words += [language_name(values["language"].lower(), language)] if "language" in values else []
    if query.min_budget:
        amount = format_money(query.min_budget, query.currency, locale)
        words.append(_("from %(amount)s") % {"amount": amount})
    return words or [_("All requests")]


BOARD: Final = Kind(
    key="board",
    position=2,
    label=gettext_lazy("Board searches"),
    path=PATH,
    names=FILTERS,
    canonical=canonical,
    shown=shown,
    describe=describe,
    fresh=fresh,
    matching=matching,
    hits=hits,
    counted=counted,
)
