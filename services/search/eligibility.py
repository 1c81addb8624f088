"""The rules by which a page may be matched to a request: conditions on the search index, each by its name.

Retrieval applies them all; ``services.search.judging`` tells which of them one page passes.
"""

from collections.abc import Mapping
from typing import Any, Final

from services.exchange import to_eur
from services.search.candidate import CandidateQuery
from services.search.geo import distance_sql

ON_SITE_KM: Final = 50
"""How far a provider who names no radius goes."""
LEAST_KM_PER_DEGREE: Final = 111.19
"""Of latitude: two places are at least so far from each other."""
SOON_DAYS: Final = 30
"""A provider who is free within this time counts as available."""

SERVICE: Final = "e.service_ids @> ARRAY[%(service)s]::int[]"
AVAILABLE: Final = "(e.available_from IS NULL OR e.available_from <= %(today)s::date + %(soon)s::int)"
PRICE: Final = "(e.rate_eur IS NULL OR e.pricing <> ALL(%(pricing)s) OR e.rate_eur <= %(most)s)"
"""An hourly rate is held against an hourly budget, another price against a fixed one; an unknown price passes."""

MEMBER: Final = """e.page_id <> ALL(ARRAY(
    SELECT id FROM services_servicepage WHERE member_id = ANY(%(exclude_members)s)
))"""


def conditions(query: CandidateQuery) -> dict[str, str]:
    """The rules that the query sets, as conditions on ``services_searchentry e``, by name.

    ``service``, ``taking_work``, ``available`` and ``place``, and ``language`` and ``price`` where there is something
    to compare; instead of all these ``invited`` where the client asks only some, for whom she asks in person she has
    chosen herself. ``member`` (neither the client nor blocked) and ``page`` (not told already) in either case.
    """
    found = _fitting(query) if query.only_pages is None else {"invited": "e.page_id = ANY(%(only_pages)s)"}
    if query.exclude_members:
        found["member"] = MEMBER
    if query.exclude_pages:
        found["page"] = "e.page_id <> ALL(%(exclude_pages)s)"
    return found


def _fitting(query: CandidateQuery) -> dict[str, str]:
    """What a page has to offer."""
    found = {"service": SERVICE, "taking_work": "e.taking_work", "available": AVAILABLE, "place": _place(query)}
    if query.languages:
        found["language"] = "e.languages && %(languages)s::varchar[]"
    if most_eur(query) is not None:
        found["price"] = PRICE
    return found


def parameters(query: CandidateQuery) -> Mapping[str, Any]:
    """What the conditions compare with."""
    return {
        "service": query.service_id,
        "today": query.today,
        "soon": SOON_DAYS,
        "latitude": query.latitude,
        "longitude": query.longitude,
        "on_site_km": ON_SITE_KM,
        "radius_km": query.radius_km,
        "languages": list(query.languages),
        "exclude_members": list(query.exclude_members),
        "exclude_pages": list(query.exclude_pages),
        "only_pages": list(query.only_pages or ()),
        "most": most_eur(query),
        "pricing": priced(query),
    }


def distance(query: CandidateQuery) -> str:
    """Km from the page to the request's place, as SQL; null without one."""
    return distance_sql("e") if _has_place(query) else "NULL::float"


def priced(query: CandidateQuery) -> list[str]:
    """The ways of pricing that the budget can be held against."""
    return ["hourly"] if query.budget_type == "hourly" else ["starting", "packages"]


def most_eur(query: CandidateQuery) -> float | None:
    """The upper end of the budget in major units of EUR; None where it has none, or no exchange rate."""
    if query.budget_max is None or not query.currency:
        return None
    most = to_eur(query.budget_max, query.currency)
    return None if most is None else float(most)


def _place(query: CandidateQuery) -> str:
    ways = ["e.remote"] if query.remote_ok else []
    if query.on_site and _has_place(query):
        # What is too far north or south already needs no sines.
        near = f"abs(e.latitude - %(latitude)s) * {LEAST_KM_PER_DEGREE} <= coalesce(e.radius_km, %(on_site_km)s)"
        reach = f"e.on_site AND {near} AND {distance_sql('e')} <= coalesce(e.radius_km, %(on_site_km)s)"
        if query.radius_km is not None:
            reach += f" AND {distance_sql('e')} <= %(radius_km)s"
        ways.append(f"({reach})")
    return f"({' OR '.join(ways) or 'false'})"


def _has_place(query: CandidateQuery) -> bool:
    return query.latitude is not None and query.longitude is not None
