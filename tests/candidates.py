"""What matching asks of the index, for tests."""

from datetime import date
from typing import Any, Final

from services.models import Service
from services.search.candidate import CandidateQuery

TODAY: Final = date(2026, 11, 24)


def candidate_query(service: Service, **changes: Any) -> CandidateQuery:
    """A request for a logo, from anywhere, in English."""
    values: dict[str, Any] = {
        "service_id": service.pk,
        "text": "A logo for our coffee roastery",
        "skills": (),
        "remote_ok": True,
        "on_site": False,
        "latitude": None,
        "longitude": None,
        "radius_km": None,
        "country": "",
        "languages": ("en",),
        "budget_type": "hourly",
        "budget_min": None,
        "budget_max": None,
        "currency": "",
        "exclude_members": frozenset(),
        "exclude_pages": frozenset(),
        "only_pages": None,
        "today": TODAY,
    }
    return CandidateQuery(**{**values, **changes})
