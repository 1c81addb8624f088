"""The filters of a search, and the rules of matching, over the pages of a segment: what ``services.search.filters`` and
``services.search.eligibility`` say in SQL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final
from uuid import UUID

import numpy as np

from services.models import Service
from services.search.candidate import CandidateQuery
from services.search.eligibility import LEAST_KM_PER_DEGREE, ON_SITE_KM, SOON_DAYS, most_eur, priced
from services.search.engines.columns.arrays import Floats, Halves, Mask, Places, among, run
from services.search.engines.columns.reading import PRICINGS
from services.search.engines.columns.segment import Segment, country_number, halves
from services.search.geo import EARTH_RADIUS_KM
from services.search.query import SearchQuery

SAMPLE: Final = 16_384
"""Pages by which it is estimated how many pass."""
SURE: Final = 30
"""Pages of the sample that have to pass for that; with fewer all pages are gone through."""

COMPARED: Final = 2048
"""Pages by which it is told which test is the sharpest."""
BLOCK: Final = 131_072
"""Pages whose columns are read at a time."""

Test = Callable[[Places | slice], Mask]
"""Which of some pages pass; of a slice where all of a column is read."""


@dataclass(frozen=True, slots=True)
class Part:
    """A segment, and which of its pages are still as it has them."""

    segment: Segment
    alive: Mask

    def __len__(self) -> int:
        return len(self.segment)

    def living(self) -> list[UUID]:
        """The ids of those that are."""
        return [self.segment.page_id(place) for place in np.flatnonzero(self.alive).tolist()]


class Passing:
    """The pages of a part that pass ``tests``, and that are in each of ``lists``, which are in order; both by name."""

    def __init__(self, part: Part, tests: Mapping[str, Test], lists: Mapping[str, Places]) -> None:
        self.part = part
        self.tests = tests
        self.lists = lists

    def of(self, places: Places, *, without: str = "") -> Places:
        """Those of the places, which are in order, that pass everything, or everything but one."""
        for name, listed in self.lists.items():
            if name != without:
                places = places[among(places, listed)[0]]
        for name, test in self.tests.items():
            if name != without:
                places = places[test(places)]
        return places

    def within(self, first: int, last: int, *, without: str = "") -> Places:
        """Those of a run of places."""
        lists = {name: listed for name, listed in self.lists.items() if name != without}
        if lists:
            shortest = min(lists.values(), key=len)
            return self.of(run(shortest, first, last), without=without)
        tests = self._sharpest_first if last - first > BLOCK else self.tests
        wanted = [test for name, test in tests.items() if name != without]
        # In blocks whose masks stay in the processor's cache.
        blocks = (slice(start, min(start + BLOCK, last)) for start in range(first, last, BLOCK))
        return np.concatenate([np.empty(0, dtype=np.intp), *(_passing(wanted, block) for block in blocks)])

    @cached_property
    def every(self) -> Places:
        """All pages that pass. Reads whole columns."""
        return self.within(0, len(self.part))

    @cached_property
    def gone_through(self) -> int:
        """How many pages are looked at for ``every``."""
        return min(map(len, self.lists.values()), default=len(self.part))

    @cached_property
    def _sharpest_first(self) -> Mapping[str, Test]:
        """The tests, those first that the fewest pages pass."""
        first = np.arange(min(COMPARED, len(self.part)))
        passed = {name: np.count_nonzero(test(first)) for name, test in self.tests.items()}
        return {name: self.tests[name] for name in sorted(passed, key=passed.__getitem__)}

    @cached_property
    def expected(self) -> float:
        """How many pages pass, estimated from the first ones, which are a sample; exact where these are few."""
        size = len(self.part)
        if "every" in self.__dict__ or size <= SAMPLE:
            return float(len(self.every))
        if self.lists:
            shortest = min(self.lists.values(), key=len)
            sample = shortest[:SAMPLE]
            passed, of = len(self.of(sample)), len(shortest) / max(len(sample), 1)
        else:
            passed, of = len(self.within(0, SAMPLE)), size / SAMPLE
        return passed * of if passed >= SURE else float(len(self.every))

    @property
    def share(self) -> float:
        """Of all pages, those that pass, as expected; never 0."""
        return max(self.expected, 1.0) / max(len(self.part), 1)


def _passing(tests: Sequence[Test], block: slice) -> Places:
    """The places of a block that pass the tests."""
    mask, rest = np.ones(block.stop - block.start, dtype=bool), list(tests)
    # Reading a whole column costs less than looking up what is left in it, until that is little.
    while rest and np.count_nonzero(mask) > len(mask) // 8:
        mask &= rest.pop(0)(block)
    places: Places = np.flatnonzero(mask) + block.start
    for test in rest:
        places = places[test(places)]
    return places


def offering(query: SearchQuery) -> Mapping[str, frozenset[int]]:
    """The ids of the services that the filters ``service`` and ``group`` mean. A query each."""
    found: dict[str, frozenset[int]] = {}
    if query.service:
        found["service"] = frozenset(Service.objects.filter(slug=query.service).values_list("pk", flat=True))
    if query.group:
        found["group"] = frozenset(Service.objects.filter(group__slug=query.group).values_list("pk", flat=True))
    return found


def filters(
    part: Part, query: SearchQuery, offered: Mapping[str, frozenset[int]], *, today: date, until: float
) -> Passing:
    """What a search's filters leave, each by the name of its parameter, of rows that were written ``until`` then
    (seconds since 1970)."""
    segment, columns = part.segment, part.segment.columns
    lists = {name: segment.groups.having(services) for name, services in offered.items()}
    if query.skill:
        found = [segment.skilled.having(int(number)) for number in segment.skill_names.numbers([query.skill])]
        lists["skill"] = found[0] if found else np.empty(0, dtype=np.intp)
    tests: dict[str, Test] = {"alive": lambda at: part.alive[at]}
    if until != float("inf"):
        tests["until"] = lambda at: columns.indexed_at[at] <= until
    if query.country:
        country = country_number(query.country)
        tests["country"] = lambda at: columns.country[at] == country
    if query.language:
        tests["language"] = speaking(segment, (query.language,))
    if query.remote is not None:
        tests["remote"] = lambda at: (columns.remote if query.remote else columns.on_site)[at]
    if query.available:
        tests["available"] = lambda at: available(segment, at, today)
    if query.max_eur is not None:
        most = query.max_eur
        tests["max_eur"] = lambda at: _affordable(segment, at, most)
    if query.min_rating is not None:
        least = query.min_rating
        tests["min_rating"] = lambda at: columns.rating[at] >= least
    if query.latitude is not None and query.longitude is not None:
        here = (query.latitude, query.longitude)
        tests["near"] = lambda at: _within(segment, at, here, query.radius_km)
    return Passing(part, tests, lists)


def eligible(part: Part, query: CandidateQuery) -> Passing:
    """What the rules of matching leave, but for the request's service."""
    segment = part.segment
    tests: dict[str, Test] = {"alive": lambda at: part.alive[at]}
    if query.only_pages is None:
        tests |= _fitting(segment, query)
    if query.exclude_members:
        high, low = halves(list(query.exclude_members))
        tests["member"] = lambda at: ~_members(segment, at, high, low)
    if query.exclude_pages:
        told = np.sort(segment.places(*halves(list(query.exclude_pages))))
        tests["page"] = lambda at: ~np.isin(_numbers(part, at), told)
    lists = {}
    if query.only_pages is not None:
        lists["invited"] = np.sort(segment.places(*halves(list(query.only_pages))))
    return Passing(part, tests, lists)


def _fitting(segment: Segment, query: CandidateQuery) -> dict[str, Test]:
    """What a page has to offer."""
    columns = segment.columns
    tests: dict[str, Test] = {
        "taking_work": lambda at: columns.taking_work[at],
        "available": lambda at: columns.available_from[at] <= query.today.toordinal() + SOON_DAYS,
        "place": lambda at: _within_reach(segment, at, query),
    }
    if query.languages:
        tests["language"] = speaking(segment, query.languages)
    most = most_eur(query)
    if most is not None:
        pricing = [PRICINGS.index(each) for each in priced(query)]
        tests["price"] = lambda at: (
            np.isnan(columns.rate_eur[at]) | ~np.isin(columns.pricing[at], pricing) | (columns.rate_eur[at] <= most)
        )
    return tests


def available(segment: Segment, places: Places | slice, today: date) -> Mask:
    """Which pages take work now."""
    columns = segment.columns
    is_free: Mask = columns.taking_work[places] & (columns.available_from[places] <= today.toordinal())
    return is_free


def speaking(segment: Segment, languages: tuple[str, ...]) -> Test:
    """Which pages have one of the languages."""
    numbers = segment.language_names.numbers(languages).tolist()

    def test(places: Places | slice) -> Mask:
        found = np.zeros_like(segment.columns.remote[places])
        for number in numbers:
            found |= segment.languages.having(places, number)
        return found

    return test


def distance_km(segment: Segment, places: Places, latitude: float, longitude: float) -> Floats:
    """Great-circle distance of each page (haversine); NaN without a place."""
    north = np.radians(segment.columns.latitude[places].astype(np.float64))
    east = np.radians(segment.columns.longitude[places].astype(np.float64))
    here = np.radians(latitude)
    half = (
        np.sin((north - here) / 2) ** 2 + np.cos(here) * np.cos(north) * np.sin((east - np.radians(longitude)) / 2) ** 2
    )
    found: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1, np.sqrt(half)))
    return found


def _numbers(part: Part, places: Places | slice) -> Places:
    return np.arange(len(part))[places] if isinstance(places, slice) else places


def _affordable(segment: Segment, places: Places | slice, most: float) -> Mask:
    rate = segment.columns.rate_eur[places]
    is_unknown = np.isnan(rate) & (segment.columns.pricing[places] != PRICINGS.index("contact"))
    found: Mask = is_unknown | (rate <= most)
    return found


def _members(segment: Segment, places: Places | slice, high: Halves, low: Halves) -> Mask:
    """Which pages are of one of the members with these halves of ids."""
    highs, lows = segment.columns.member_high[places], segment.columns.member_low[places]
    found = np.isin(lows, low)
    maybe = np.flatnonzero(found)
    found[maybe] = ((highs[maybe][:, None] == high) & (lows[maybe][:, None] == low)).any(axis=1)
    return found


def _within(segment: Segment, places: Places | slice, here: tuple[float, float], radius_km: float) -> Mask:
    """Which pages are not farther away: sines are computed only of those that latitude does not tell."""
    latitude = segment.columns.latitude[places]
    found: Mask = np.abs(latitude - np.float32(here[0])) * np.float32(LEAST_KM_PER_DEGREE) <= radius_km + 1
    strip = np.flatnonzero(found)
    first = places.start or 0 if isinstance(places, slice) else 0
    pages = strip + first if isinstance(places, slice) else places[strip]
    found[strip] = distance_km(segment, pages, *here) <= radius_km
    return found


def _within_reach(segment: Segment, places: Places | slice, query: CandidateQuery) -> Mask:
    columns = segment.columns
    assert not isinstance(places, slice)
    found: Mask = columns.remote[places].copy() if query.remote_ok else np.zeros(len(places), dtype=bool)
    if not query.on_site or query.latitude is None or query.longitude is None:
        return found
    there = np.flatnonzero(columns.on_site[places] & ~found)
    at = places[there]
    goes = np.where(np.isnan(columns.radius_km[at]), ON_SITE_KM, columns.radius_km[at])
    near = np.abs(columns.latitude[at] - query.latitude) * LEAST_KM_PER_DEGREE <= goes + 1
    there, at, goes = there[near], at[near], goes[near]
    far = distance_km(segment, at, query.latitude, query.longitude)
    reached = far <= goes
    found[there] = reached if query.radius_km is None else reached & (far <= query.radius_km)
    return found
