"""Saved searches for service pages."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Member
from marketplace.errors import FieldProblem, InvalidInput
from services.models import ServiceGroup, ServicePage
from services.money import MAX_MINOR, editable
from services.presentation import narrowing
from services.presentation.typed import translated
from services.saved.kinds import Fresh, Hit, Kind
from services.search.among import among
from services.search.api import check_catalogue
from services.search.meant import service_titles
from services.search.query import FILTERS, parse

PATH: Final = "/services/"
NAMES: Final = FILTERS | {"place"}
UPPER: Final = {"country", "currency"}
LOWER: Final = {"language", "skill"}


def canonical(given: QueryDict, locale: str) -> Mapping[str, str]:
    """The search in the API's parameters; a place that was named stays a name. Raises InvalidInput."""
    read = _read(given, locale)
    check_catalogue(parse(read))
    kept = {name: value.strip() for name in NAMES if (value := str(read.get(name, ""))).strip()}
    if "place" in kept:
        kept.pop("near", None)
    if "max_rate" not in kept:
        kept.pop("currency", None)
    if kept.get("sort") == "relevance":
        del kept["sort"]
    return {name: _cased(name, value) for name, value in kept.items()}


def shown(given: QueryDict, locale: str) -> str:
    """The address of the page: the price as the reader types one."""
    address = given.copy()
    price, currency = str(address.get("max_rate", "")), str(address.get("currency", ""))
    if price.isdecimal() and int(price) <= MAX_MINOR and currency:
        del address["max_rate"]
        address["price"] = editable(int(price), currency, locale)
    return f"{PATH}?{address.urlencode()}"


def describe(addresses: Sequence[QueryDict], locale: str) -> list[list[str] | None]:
    """The searches in words. One query, where one of them names a group."""
    slugs = {str(given["group"]) for given in addresses if given.get("group")}
    groups = dict(ServiceGroup.objects.filter(slug__in=slugs, is_active=True).values_list("slug", "name"))
    return [_words(given, groups, locale) if _is_readable(given, groups, locale) else None for given in addresses]


def fresh(after: datetime, until: datetime) -> list[Fresh]:
    """Pages published in this time that are published now. A page is new once; see ``ServicePage.came_back_at``."""
    pages = ServicePage.objects.published()
    first = pages.filter(first_published_at__gt=after, first_published_at__lte=until)
    again = pages.filter(came_back_at__gt=after, came_back_at__lte=until)
    found = {pk: Fresh(pk, at) for pk, at in first.values_list("pk", "first_published_at") if at}
    back = again.values_list("pk", "came_back_at", "first_published_at")
    return [*(found | {pk: Fresh(pk, at, again=True, first=since) for pk, at, since in back if at}).values()]


def matching(given: QueryDict, page_ids: Sequence[UUID], member: Member, now: datetime) -> list[UUID]:
    """What the search finds among these pages of others. Raises InvalidInput."""
    return among(parse(_read(given, "en")), page_ids, without=member.pk, today=now.date())


def hits(page_ids: Collection[UUID]) -> Mapping[UUID, Hit]:
    """The published ones. One query."""
    pages = ServicePage.objects.published().filter(pk__in=page_ids)
    return {pk: (title, f"/services/{slug}/") for pk, title, slug in pages.values_list("pk", "title", "slug")}


def counted(count: int) -> str:
    """Such as "3 new pages"."""
    return ngettext("%(count)d new page", "%(count)d new pages", count) % {"count": count}


def _read(given: QueryDict, locale: str) -> QueryDict:
    read, problems = translated(given, locale)
    if problems:
        messages = [message for found in problems.values() for message in found]
        wrong: list[FieldProblem] = [{"code": "invalid", "message": message} for message in messages]
        raise InvalidInput(fields={"address": wrong})
    parse(read)
    return read


def _is_readable(given: QueryDict, groups: Mapping[str, str], locale: str) -> bool:
    if given.get("service", "") not in {"", *service_titles()} or given.get("group", "") not in {"", *groups}:
        return False
    try:
        _read(given, locale)
    except InvalidInput:
        return False
    return True


def _words(given: QueryDict, groups: Mapping[str, str], locale: str) -> list[str]:
    words = [_("“%(words)s”") % {"words": given["q"]}] if given.get("q") else []
    words += [label for label, _url in narrowing.active(given, locale, groups)]
    words += [_("around %(place)s") % {"place": given["near"]}] if given.get("near") else []
    return words or [_("All services")]


def _cased(name: str, value: str) -> str:
    if name in UPPER:
        return value.upper()
    return value.lower() if name in LOWER else value


PAGES: Final = Kind(
    key="pages",
    position=1,
    label=gettext_lazy("Searches"),
    path=PATH,
    names=frozenset(NAMES),
    canonical=canonical,
    shown=shown,
    describe=describe,
    fresh=fresh,
    matching=matching,
    hits=hits,
    counted=counted,
)
