"""A sentence in the search box, spelled out as the address of words and filters that says the same."""

from datetime import date
from typing import Final

from django.http import QueryDict

from services.presentation.narrowing import changed
from services.search.query import LONGEST_TEXT
from services.sentence.catalogue import understand, vocabulary
from services.sentence.read import read
from services.sentence.shapes import as_search

SEARCH: Final = "/services/"
SETTLED: Final = frozenset({"said", "exact", "cursor"})
"""Parameters of addresses whose words are to be taken as they are."""
CONTRADICTED: Final = {
    "place": ("near", "radius_km", "country"),
    "country": ("place", "near", "radius_km"),
    "price": ("max_rate",),
    "service": ("group",),
}
"""Filters that cannot stand beside what a sentence says, by the parameter that says it."""


def spelled_out(given: QueryDict, *, today: date, locale: str) -> str | None:
    """The address of what the sentence in ``q`` means, with what was typed as ``said``; None where it is just words.
    What the sentence says takes the place of the filters that stood there."""
    text = given.get("q", "").replace("\0", " ").strip()
    if not text or len(text) > LONGEST_TEXT or any(name in given for name in SETTLED):
        return None
    if not read(text, today=today, locale=locale, known=vocabulary()).pieces:
        return None
    found = as_search(understand(text, today=today, locale=locale), locale)
    if set(found) == {"q"}:
        return None
    cleared = {name for said, names in CONTRADICTED.items() if said in found for name in names}
    return SEARCH + changed(given, **dict.fromkeys(cleared), **found, said=text)


def exactly(given: QueryDict) -> str:
    """The address that looks for a sentence's own words; empty where none was spelled out."""
    said = given.get("said", "").strip()[:LONGEST_TEXT]
    return changed(QueryDict(), q=said, exact="1") if said else ""
