"""What there is instead of nothing, or of little, as links with numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.clock import utc_now
from services.presentation.narrowing import active, changed
from services.search.instead import instead
from services.search.meant import service_titles
from services.search.query import SearchQuery

PARAMETERS: Final = {"near": ("place", "near", "radius_km"), "price": ("price", "max_rate", "currency")}
"""Parameters of the page that belong to a filter of another name."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A link, and how many pages are behind it, in words."""

    label: str
    count: str
    url: str


@dataclass(frozen=True, slots=True)
class Offers:
    """Searches with fewer filters, and services that are near what was typed."""

    fewer: list[Offer]
    services: list[Offer]


def offers(query: SearchQuery, given: QueryDict, locale: str, *, groups: Mapping[str, str], more_than: int) -> Offers:
    """The nearest useful things to a search that found ``more_than`` pages; ``groups`` are names by slug."""
    found = instead(query, now=utc_now(), more_than=more_than)
    titles = service_titles()
    fewer = []
    for each in found.fewer:
        names = {name: None for filter_ in each.without for name in PARAMETERS.get(filter_, (filter_,))}
        url = changed(given, **names)
        fewer.append(Offer(_without(given, url, locale, groups), _pages(each.total, is_estimate=each.is_estimate), url))
    services = [
        Offer(titles[each.slug], _pages(each.total, is_estimate=each.is_estimate), f"?service={each.slug}")
        for each in found.services
    ]
    return Offers(fewer, services)


def _without(given: QueryDict, url: str, locale: str, groups: Mapping[str, str]) -> str:
    """What is taken away, in the words of the chips."""
    left = {label for label, _url in active(QueryDict(url.removeprefix("?")), locale, groups)}
    gone = [label for label, _url in active(given, locale, groups) if label not in left]
    return _("Without “%(filters)s”") % {"filters": ", ".join(gone)}


def _pages(total: int, *, is_estimate: bool) -> str:
    words = ngettext("%(n)d provider", "%(n)d providers", total) % {"n": total}
    return _("about %(pages)s") % {"pages": words} if is_estimate else words
