"""How a list of results can be narrowed and ordered: facets, chosen filters and sort orders as links, in words."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from marketplace.languages import language_name
from services.countries import country_name
from services.currencies import CURRENCIES
from services.models import ServiceGroup
from services.money import format_money
from services.presentation.asked import ticked
from services.presentation.choices import Choice, Links, Part
from services.search.engine import Found
from services.search.facets import Value
from services.search.meant import service_slugs, service_titles
from services.search.query import SORTS

TITLES: Final[dict[str, Promise]] = {
    "service": gettext_lazy("Service"),
    "min_rating": gettext_lazy("Rating"),
    "remote": gettext_lazy("Place of work"),
    "available": gettext_lazy("Availability"),
    "country": gettext_lazy("Country"),
    "language": gettext_lazy("Language"),
    "skill": gettext_lazy("Skill"),
}
"""Facets in the order in which they are shown."""
ORDERS: Final[dict[str, Promise]] = {
    "relevance": gettext_lazy("Best match"),
    "rating": gettext_lazy("Best rated"),
    "newest": gettext_lazy("Newest"),
    "price": gettext_lazy("Lowest price"),
}
FREE: Final = ("place", "radius_km", "price", "currency")
"""What is typed rather than chosen."""
NARROWING: Final = ("group", *TITLES, "place", "near", "price", "max_rate")
UNFILTERED: Final = frozenset({"q", "exact", "sort", "page"})
"""What stays where all filters are taken away."""
AT_ONCE: Final = 5
"""Values of a facet that are seen without unfolding it."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet. ``parts`` are the values that are seen at once, and those that unfold, where there are more."""

    name: str
    title: str
    parts: tuple[Part, ...]


def facets(given: QueryDict, found: Found) -> list[Facet]:
    """The facets that have values, most results first. Before them stand a chosen value, and then the services that the
    words mean: of others more pages may have the word, as those of sound designers have "logo"."""
    names, links = service_titles(), Links(given)
    slugs = service_slugs()
    meant = [slugs[service] for service in found.plan.services if service in slugs]
    shown = []
    for name, title in TITLES.items():
        values = found.facets.get(name, [])
        if name == "min_rating":
            values = sorted(values, key=lambda each: -float(each.value))
        elif name == "service":
            values = sorted(values, key=lambda each: meant.index(each.value) if each.value in meant else len(meant))
        choices = [_choice(links, name, value, names) for value in values]
        choices.sort(key=lambda choice: not choice.is_chosen)
        if choices:
            parts = (Part(tuple(part)) for part in (choices[:AT_ONCE], choices[AT_ONCE:]) if part)
            shown.append(Facet(name, str(title), tuple(parts)))
    return shown


def _choice(links: Links, name: str, value: Value, services: dict[str, str]) -> Choice:
    is_chosen = links.given.get(name) == value.value
    url = links.without(name) if is_chosen else links.with_value(name, value.value)
    return Choice(_label(name, value.value, services), url, is_chosen, value.count, value.approx)


def group_names(given: QueryDict) -> dict[str, str]:
    """The name of the group of services that the address names, by its slug. One query, none where it names none."""
    slug = given.get("group", "")[:60]
    return dict(ServiceGroup.objects.filter(slug=slug).values_list("slug", "name")) if slug else {}


def active(
    given: QueryDict, locale: str, groups: Mapping[str, str], *, unread: Container[str] = ()
) -> list[tuple[str, str]]:
    """What narrows the search in words, each with the address without it; nothing of the parameters that are ``unread``
    because they cannot be understood. ``groups`` are names by slug."""
    names = service_titles()
    chosen = {name: str(given[name]) for name in given if given.get(name) and name not in unread}
    shown = [(groups.get(slug, slug), changed(given, group=None)) for slug in [chosen.get("group", "")[:60]] if slug]
    shown += [(_label(name, chosen[name], names), changed(given, **{name: None})) for name in TITLES if name in chosen]
    if "exact" in chosen:
        shown.append((_("Exactly these words"), changed(given, exact=None, said=None)))
    if "place" in chosen and "near" not in unread:
        shown.append((chosen["place"][:60], changed(given, place=None, radius_km=None)))
    currency = "" if "currency" in unread else given.get("currency", "")
    if "price" in chosen and "currency" not in unread:
        price = f"{chosen['price'][:20]} {currency[:3]}"
        shown.append((_("up to %(price)s") % {"price": price}, changed(given, price=None)))
    if chosen.get("max_rate", "").isdecimal() and currency.upper() in CURRENCIES:
        amount = format_money(int(chosen["max_rate"][:15]), currency.upper(), locale)
        shown.append((_("up to %(price)s") % {"price": amount}, changed(given, max_rate=None)))
    return shown


def unfiltered(given: QueryDict) -> str:
    """The address of the same words without any filter, read as they are read now; empty where nothing is filtered."""
    if not any(given.get(name) for name in NARROWING):
        return ""
    return changed(given, **dict.fromkeys(name for name in given if name not in UNFILTERED))


def orders(given: QueryDict, chosen: str) -> list[dict[str, Any]]:
    """The sort orders as links."""
    return [{"label": ORDERS[sort], "url": changed(given, sort=sort), "current": sort == chosen} for sort in SORTS]


def carried(given: QueryDict, *, without: tuple[str, ...]) -> list[tuple[str, str]]:
    """What a form has to send along so that nothing chosen elsewhere on the page is lost, nor anybody ticked."""
    names = [name for name in ("q", "exact", "sort", "group", *TITLES, *FREE) if name not in without]
    kept = [(name, str(given[name])) for name in names if given.get(name)]
    return kept + [("page", str(page_id)) for page_id in sorted(ticked(given))]


def changed(given: QueryDict, **changes: str | None) -> str:
    """The address with these parameters changed; from the first page unless the cursor is among them."""
    query = given.copy()
    query.pop("cursor", None)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return "?" + query.urlencode()


def _label(name: str, value: str, services: dict[str, str]) -> str:
    match name:
        case "service":
            return services.get(value, value[:60])
        case "country":
            return country_name(value.upper(), get_language() or "en")
        case "language":
            return language_name(value, get_language() or "en")
        case "remote":
            return _("Remote") if value == "true" else _("On site")
        case "min_rating":
            return _("%(stars)s stars and more") % {"stars": value[:4]}
        case "available":
            return _("Available now")
        case _:
            return value[:60]
