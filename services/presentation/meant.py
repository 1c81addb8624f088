"""The services that a searched text may mean, as links that narrow the results to them."""

from dataclasses import dataclass

from django.http import QueryDict

from services.presentation.narrowing import changed
from services.search.engine import Found
from services.search.meant import service_slugs, service_titles
from services.search.offered import offered
from services.search.query import SearchQuery
from services.search.words import words_of


@dataclass(frozen=True, slots=True)
class Meant:
    """A service by its name, and the address of the results that offer it."""

    name: str
    url: str


def meant(query: SearchQuery, given: QueryDict, found: Found) -> list[Meant]:
    """At most three, likeliest first. None where one was chosen, beyond the first results, where nothing is found (then
    they are offered instead), and where pages have all words of what was no sentence: those are what was looked for."""
    if query.service or "cursor" in given or len(words_of(query.text)) < 2:
        return []
    if not found.hits or not (found.scope.loosely or "said" in given):
        return []
    slugs, titles = service_slugs(), service_titles()
    named = [slugs[offer.service] for offer in offered(query.text) if offer.service in slugs]
    return [Meant(titles[slug], changed(given, service=slug)) for slug in named]
