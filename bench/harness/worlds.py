"""What a simulated marketplace looks like to ``bench/learning.py``, and how its fields become the ranking's features.

A world is a class named ``World`` in a file or module of one's own: ``python bench/learning.py --world mine.py --seeds
20``. This is a whole one, whose clients hire whom they can afford::

    import random

    class World:
        def __init__(self, seed):
            self.random = random.Random(seed)
            self.asked = 0

        def pages(self):
            return [{"id": number, "rate": 20 + number} for number in range(50)]

        def requests(self, n):
            self.asked += n
            numbers = range(self.asked - n, self.asked)
            return [{"id": number, "budget": self.random.uniform(30, 60)} for number in numbers]

        def outcome(self, request, ranked_pages):
            return ["hired" if page["rate"] <= request["budget"] else "nothing" for page in ranked_pages]

What is called, once for each seed:

- ``World(seed)``: all chance comes from the seed, so that the same seed is the same world;
- ``pages()``, once: a sequence of mappings, one for each page;
- ``requests(n)``: the next ``n`` requests, each a mapping; those that are learned from (2,000, once for each of
  ``--rounds``), then 300 more;
- ``outcome(request, ranked_pages)``: what came of showing the request to these pages, at most ten of those that
  ``pages()`` gave, best first: for each, in their order, a grade, as a number from 0 to 5 or by its name (nothing,
  viewed, proposed, shortlisted, hired, reviewed); or the same as a mapping from the pages' ids, of which those that are
  missing count 0. Whether the clients look at the lower places is the world's affair: only what it returns is known. It
  is called for each request that is learned from, in their order, as the ranking in force shows it: first the shipped
  weights.

And, if it is there:

- ``relevance(request, page)``: the page's true worth, 0 to 5, by which the rankings of all eligible pages are then
  compared for the later requests. Without it they are compared by ``outcome``, which is then called twice for each of
  those, once for what each ranking would show, and of which the best order of all pages shown is the measure;
- ``features(request, page)``: features by name (``requests.matching.features.FEATURES``), from 0 (speaks against the
  page) to 1 (speaks for it), instead of those that are computed from the fields below. What is missing is neutral.

No field but ``id``, unique among the pages and among the requests, is needed: what is missing is neutral to the
ranking. Fields of other names are the world's own and never seen by it: what is wanted but shows in no feature.

A page may have: ``services`` (those it offers, a set; without it, it is eligible for every request), ``vector`` (its
meaning, a NumPy array of length 1), ``words`` (share of the request's words that it has, 0 to 0.4), ``skills`` and
``languages`` (sets), ``rate`` (EUR, an hour where ``pricing`` is "hourly", as it is by default), ``rating`` (1 to 5),
``reviews`` (their number: without any, the rating says nothing), ``hours_per_week``, ``published_at`` (a datetime with
a time zone; a page is eligible from then on, and new for 30 days), ``acceptance`` (share of leads answered, 0 to 1),
``x_km``, ``y_km``.

A request may have: ``at`` (a datetime with a time zone, never falling; without it, requests come every ten minutes from
``BEGINNING`` on), ``service``, ``vector``, ``skills``, ``languages``, ``budget`` (EUR), ``hourly`` (true by default),
``on_site`` (false by default; distance counts only then), ``x_km``, ``y_km``.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
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
    return _key(str(page["id"]))


@cache
def _key(page_id: str) -> UUID:
    return uuid5(SPACE, page_id)


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
