"""The filters of a search as conditions of SQL, each by the name of its facet or parameter."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from services.search.geo import distance_sql
from services.search.query import SearchQuery

KM_PER_DEGREE: Final = 111.2
TABLE: Final = "services_searchentry"


class Filters:
    """Conditions on ``services_searchentry e``, and the parameters that they need.

    Only rows that are not younger than ``as_of``, so that a walk meets nothing that changed since it began.
    """

    def __init__(self, query: SearchQuery, *, today: date, as_of: datetime) -> None:
        self.parameters: dict[str, Any] = {"today": today, "as_of": as_of}
        self.conditions: dict[str, str] = {}
        for name, value in _given(query).items():
            self.conditions[name] = CONDITIONS[name]
            self.parameters[name] = value
        if query.remote is not None:
            self.conditions["remote"] = "e.remote" if query.remote else "e.on_site"
        if query.available:
            self.conditions["available"] = AVAILABLE
        if query.latitude is not None and query.longitude is not None:
            self._add_place(query, query.latitude)

    def where(self, *, without: str = "") -> str:
        """All of them, or all but one, as one condition."""
        named = [condition for name, condition in self.conditions.items() if name != without]
        return " AND ".join(["e.indexed_at <= %(as_of)s", *named])

    def __bool__(self) -> bool:
        return bool(self.conditions)

    def _add_place(self, query: SearchQuery, latitude: float) -> None:
        """A bounding box, which an index serves, and the exact distance within it."""
        high = query.radius_km / KM_PER_DEGREE
        self.conditions["near"] = f"e.latitude BETWEEN %(south)s AND %(north)s AND {distance_sql('e')} <= %(radius)s"
        self.parameters |= {
            "latitude": latitude,
            "longitude": query.longitude,
            "south": latitude - high,
            "north": latitude + high,
            "radius": query.radius_km,
        }


AVAILABLE: Final = "e.taking_work AND (e.available_from IS NULL OR e.available_from <= %(today)s)"

CONDITIONS: Final[Mapping[str, str]] = {
    # An unknown service is an empty array, which every page contains.
    "service": "e.service_ids @> ARRAY(SELECT id FROM services_service WHERE slug = %(service)s)"
    " AND EXISTS (SELECT 1 FROM services_service WHERE slug = %(service)s)",
    "group": "e.service_ids && ARRAY(SELECT s.id FROM services_service s JOIN services_servicegroup g"
    " ON g.id = s.group_id WHERE g.slug = %(group)s)",
    "skill": "e.skills @> ARRAY[%(skill)s]::varchar[]",
    "country": "e.country = %(country)s",
    "language": "e.languages @> ARRAY[%(language)s]::varchar[]",
    # A price without an exchange rate neither filters nor ranks; a page without a price has none to compare.
    "max_eur": "(e.rate_eur <= %(max_eur)s OR (e.rate_eur IS NULL AND e.pricing <> 'contact'))",
    "min_rating": "e.rating >= %(min_rating)s",
}


def _given(query: SearchQuery) -> dict[str, Any]:
    """The simple filters that the query has, with their values."""
    values = {name: getattr(query, name) for name in CONDITIONS}
    return {name: value for name, value in values.items() if value not in ("", None)}
