"""What a simulated marketplace looks like to ``bench/learning.py``, and how its fields become the ranking's features.

A world is a class ``World(seed)`` with

- ``pages()``: a sequence of pages, each a mapping;
- ``requests(n)``: the next ``n`` requests, each a mapping;
- ``outcome(request, ranked_pages)``: what came of showing the request to these pages, best first: for each, in their
  order, a grade, as a number from 0 to 5 or by its name (nothing, viewed, proposed, shortlisted, hired, reviewed); or
  the same as a mapping from the pages' ids.

It may have ``relevance(request, page)``, the page's true worth, 0 to 5, by which rankings are then compared instead of
by their outcomes; and ``features(request, page)``, features by name (``requests.matching.features.FEATURES``) instead
of those that are computed from these fields. What is missing is neutral.

A page: ``id``, ``services`` (those it offers; without, it is eligible for every request), ``vector`` (its meaning, of
length 1), ``skills``, ``languages``, ``rate`` (EUR, an hour where ``pricing`` is "hourly", as it is by default),
``rating``, ``reviews``, ``hours_per_week``, ``published_at`` (a datetime), ``acceptance`` (share of leads answered, 0
to 1), ``x_km``, ``y_km``. A request: ``id``, ``at`` (a datetime), ``service``, ``vector``, ``skills``, ``languages``,
``budget`` (EUR), ``hourly`` (true by default), ``on_site``, ``x_km``, ``y_km``.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import hypot
from typing import Any, Final, Protocol
from uuid import UUID, uuid5

import numpy as np

from requests.learning.grades import BEST
from requests.matching.features import Facts, Subject, Wanted
from services.search.candidate import Candidate

Fields = Mapping[str, Any]
NAMES: Final = ("nothing", "viewed", "proposed", "shortlisted", "hired", "reviewed")
SPACE: Final = UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")
BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)


class World(Protocol):
    """See the module's docstring."""

    def pages(self) -> Sequence[Fields]:
        """All pages."""

    def requests(self, n: int, /) -> Sequence[Fields]:
        """The next ``n`` requests."""

    def outcome(self, request: Fields, ranked_pages: Sequence[Fields], /) -> Sequence[Any] | Mapping[Any, Any]:
        """What came of showing the request to these pages."""


class Misshapen(ValueError):
    """A world does not keep to the module's docstring."""


def grades(found: Sequence[Any] | Mapping[Any, Any], pages: Sequence[Fields]) -> list[int]:
    """The outcome as a grade for each of the pages shown. Raises Misshapen."""
    each = [found.get(page["id"], 0) for page in pages] if isinstance(found, Mapping) else list(found)
    if len(each) != len(pages):
        raise Misshapen(f"outcome() told of {len(each)} pages; {len(pages)} were shown.")
    return [_grade(value) for value in each]


def _grade(value: Any) -> int:
    if value is None:
        return 0
    if isinstance(value, str):
        if value not in NAMES:
            raise Misshapen(f"{value!r} is no outcome; these are: {', '.join(NAMES)}.")
        return NAMES.index(value)
    return min(max(int(value), 0), BEST)


def page_key(page: Fields) -> UUID:
    """The id that a page has in the ranking."""
    return uuid5(SPACE, str(page["id"]))


def is_eligible(request: Fields, page: Fields) -> bool:
    """Whether the page offers what is asked for."""
    service, offered = request.get("service"), page.get("services")
    return service is None or offered is None or service in offered


def subject(request: Fields, page: Fields, facts: Facts, now: datetime) -> Subject:
    """The page as a candidate for the request."""
    candidate = Candidate(
        page_id=page_key(page),
        member_id=page_key(page),
        similarity=_similarity(request, page),
        words=float(page.get("words", 0)),
        distance_km=_distance(request, page),
        rate_eur=page.get("rate"),
        pricing=page.get("pricing", "hourly"),
        shared_languages=_shared(request, page, "languages"),
        shared_skills=_shared(request, page, "skills"),
        rating=page.get("rating"),
        rating_count=int(page.get("reviews", 0)),
        hours_per_week=page.get("hours_per_week"),
        first_published_at=page.get("published_at") or datetime.min.replace(tzinfo=UTC),
    )
    wanted = Wanted(
        budget_eur=request.get("budget"),
        hourly=bool(request.get("hourly", True)),
        on_site=bool(request.get("on_site", False)),
        languages=len(request.get("languages", ())),
        skills=len(request.get("skills", ())),
        now=now,
    )
    return Subject(candidate, facts, wanted)


def _similarity(request: Fields, page: Fields) -> float:
    asked, offered = request.get("vector"), page.get("vector")
    return 0.45 if asked is None or offered is None else float(np.dot(asked, offered))


def _distance(request: Fields, page: Fields) -> float | None:
    here, there = (request.get("x_km"), request.get("y_km")), (page.get("x_km"), page.get("y_km"))
    if None in here or None in there:
        return None
    return hypot(float(here[0]) - float(there[0]), float(here[1]) - float(there[1]))  # type: ignore[arg-type]


def _shared(request: Fields, page: Fields, name: str) -> int:
    return len(set(request.get(name, ())) & set(page.get(name, ())))
