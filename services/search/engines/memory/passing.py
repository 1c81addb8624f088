"""The filters of a search, and the rules of matching, as masks over a segment: what ``services.search.filters`` and
``services.search.eligibility`` say in SQL."""

from collections.abc import Mapping
from datetime import date

import numpy as np

from services.models import Service
from services.search.candidate import CandidateQuery
from services.search.eligibility import ON_SITE_KM, SOON_DAYS, most_eur, priced
from services.search.engines.memory.lists import Mask
from services.search.engines.memory.segment import Floats, Segment
from services.search.geo import EARTH_RADIUS_KM
from services.search.query import SearchQuery


def offering(query: SearchQuery) -> Mapping[str, frozenset[int]]:
    """The ids of the services that the filters ``service`` and ``group`` mean. A query each."""
    found: dict[str, frozenset[int]] = {}
    if query.service:
        found["service"] = frozenset(Service.objects.filter(slug=query.service).values_list("pk", flat=True))
    if query.group:
        found["group"] = frozenset(Service.objects.filter(group__slug=query.group).values_list("pk", flat=True))
    return found


def filters(
    segment: Segment, query: SearchQuery, offered: Mapping[str, frozenset[int]], today: date
) -> dict[str, Mask]:
    """Which pages pass each of the filters, by the name of its parameter."""
    found = {name: segment.services.having_any(ids) for name, ids in offered.items()}
    if query.skill:
        found["skill"] = segment.skills.having_any([query.skill])
    if query.country:
        found["country"] = segment.country == query.country
    if query.language:
        found["language"] = segment.languages.having_any([query.language])
    if query.max_eur is not None:
        unknown = np.isnan(segment.rate_eur) & (segment.pricing != "contact")
        found["max_eur"] = unknown | (segment.rate_eur <= query.max_eur)
    if query.min_rating is not None:
        found["min_rating"] = segment.rating >= query.min_rating
    if query.remote is not None:
        found["remote"] = segment.remote if query.remote else segment.on_site
    if query.available:
        found["available"] = available(segment, today)
    if query.latitude is not None and query.longitude is not None:
        found["near"] = distance_km(segment, query.latitude, query.longitude) <= query.radius_km
    return found


def available(segment: Segment, today: date) -> Mask:
    """Which pages take work now."""
    return segment.taking_work & (segment.available_from <= today.toordinal())


def eligible(segment: Segment, query: CandidateQuery) -> Mask:
    """Which pages may be matched to the request."""
    found = segment.services.having_any([query.service_id]) & segment.taking_work & _within_reach(segment, query)
    found &= segment.available_from <= query.today.toordinal() + SOON_DAYS
    if query.languages:
        found &= segment.languages.having_any(query.languages)
    if query.exclude_members:
        found &= np.array([member not in query.exclude_members for member in segment.members], dtype=bool)
    if query.exclude_pages:
        found &= np.array([page_id not in query.exclude_pages for page_id in segment.ids], dtype=bool)
    if query.only_pages is not None:
        found &= np.array([page_id in query.only_pages for page_id in segment.ids], dtype=bool)
    most = most_eur(query)
    if most is not None:
        found &= np.isnan(segment.rate_eur) | ~np.isin(segment.pricing, priced(query)) | (segment.rate_eur <= most)
    return found


def distance_km(segment: Segment, latitude: float, longitude: float) -> Floats:
    """Great-circle distance of each page (haversine); NaN without a place."""
    north, east = np.radians(segment.latitude), np.radians(segment.longitude)
    here = np.radians(latitude)
    half = (
        np.sin((north - here) / 2) ** 2 + np.cos(here) * np.cos(north) * np.sin((east - np.radians(longitude)) / 2) ** 2
    )
    found: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1, np.sqrt(half)))
    return found


def _within_reach(segment: Segment, query: CandidateQuery) -> Mask:
    found: Mask = segment.remote.copy() if query.remote_ok else np.zeros(len(segment), dtype=bool)
    if query.on_site and query.latitude is not None and query.longitude is not None:
        far = distance_km(segment, query.latitude, query.longitude)
        reached = segment.on_site & (far <= np.where(np.isnan(segment.radius_km), ON_SITE_KM, segment.radius_km))
        found |= reached if query.radius_km is None else reached & (far <= query.radius_km)
    return found
