"""What matching asks of the index, and what it gets."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CandidateQuery:
    """What matching asks of the index: the eligible pages for a request.

    Budgets are in minor units of ``currency``, an hour where ``budget_type`` is hourly; distances in km.
    """

    service_id: int
    text: str
    skills: tuple[str, ...]
    remote_ok: bool
    on_site: bool
    latitude: float | None
    longitude: float | None
    radius_km: int | None
    country: str
    languages: tuple[str, ...]
    budget_type: str
    budget_min: int | None
    budget_max: int | None
    currency: str
    exclude_members: frozenset[UUID]
    exclude_pages: frozenset[UUID]
    only_pages: frozenset[UUID] | None
    today: date
    limit: int = 200


class Candidate(NamedTuple):
    """An eligible page with what ranking needs to know of it. ``similarity`` and ``words`` are in [0, 1]."""

    page_id: UUID
    member_id: UUID
    similarity: float
    words: float
    distance_km: float | None
    rate_eur: float | None
    pricing: str
    shared_languages: int
    shared_skills: int
    rating: float | None
    rating_count: int
    hours_per_week: int | None
    first_published_at: datetime
