"""The number of results, and facets: counted where all results are known, estimated from a sample otherwise."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.search import facets
from services.search.browsing import Counted
from services.search.engines.columns.arrays import Places, highest, union
from services.search.engines.columns.found import Found
from services.search.engines.columns.looking import Looking
from services.search.engines.columns.passing import available
from services.search.engines.columns.segment import Segment, country_code
from services.search.engines.columns.values import runs
from services.search.facets import Value
from services.search.meant import service_slugs

DIGITS = 2
"""Of an estimated number."""
NAMED: Final = ("skill", "language")
"""Facets whose values are numbers of each segment's own names."""


def counted(looking: Sequence[tuple[Looking, Found]], *, loosely: bool, with_facets: bool) -> Counted:
    """What stands beside the results of all parts."""
    shown = [_shown(each, found, loosely=loosely) for each, found in looking]
    least = sum(len(found.places) for _each, found in looking)
    is_estimate = least > 0 and not all(found.is_all for _each, found in looking)
    total = max(least, _rounded(sum(len(places) * factor for places, factor in shown))) if is_estimate else least
    return Counted(total, is_estimate, _facets(looking, shown, loosely=loosely) if with_facets else {})


def _facets(
    looking: Sequence[tuple[Looking, Found]], shown: Sequence[tuple[Places, float]], *, loosely: bool
) -> Mapping[str, Sequence[Value]]:
    """The most frequent values of each facet among the results, services that the words mean among them; of one that
    filters, among the results without its filter."""
    answer = {}
    for name in facets.NAMES:
        some: list[Some] = []
        for (each, found), (places, factor) in zip(looking, shown, strict=True):
            if name in each.passing.tests or name in each.passing.lists:
                places, factor = _wider(each, found, name, loosely=loosely)
            some.append(Some(each, places, factor))
        is_estimate = any(each.factor > 1 for each in some)
        named = ((value, number) for value, number in _values(name, some).items() if value and number)
        meant = _meant(looking) if name == "service" else frozenset()
        ranked = sorted(named, key=lambda value: (value[0] not in meant, -value[1], value[0]))[: facets.MOST]
        shown_first = sorted(ranked, key=lambda value: (-value[1], value[0]))
        answer[name] = [Value(value, round(number), approx=is_estimate) for value, number in shown_first]
    return answer


def _meant(looking: Sequence[tuple[Looking, Found]]) -> frozenset[str]:
    """The services that the words mean, as values of their facet."""
    slugs = service_slugs()
    return frozenset(slugs.get(service, "") for each, _found in looking[:1] for service in each.asked.plan.services)


@dataclass(frozen=True, slots=True)
class Some:
    """Pages of a part that are counted, and how many each stands for."""

    looking: Looking
    places: Places
    factor: float

    @property
    def segment(self) -> Segment:
        """Of the pages."""
        return self.looking.segment


def _shown(looking: Looking, found: Found, *, loosely: bool) -> tuple[Places, float]:
    """Pages to be counted, and how many each stands for."""
    return _some(looking, found.places) if found.is_all else looking.sample(loosely=loosely)


def _wider(looking: Looking, found: Found, name: str, *, loosely: bool) -> tuple[Places, float]:
    """The same without the filter of that name."""
    if not looking.asked.query.has_words:
        return looking.sample(loosely=loosely, without=name)
    matches = looking.matches(loosely=loosely)
    if matches is None:
        return looking.sample(loosely=loosely, without=name)
    # What is near in meaning only is known with all filters; it would be found without one of them, too.
    return _some(looking, union(looking.passing.of(matches, without=name), found.places))


def _some(looking: Looking, places: Places) -> tuple[Places, float]:
    """The first of many pages, which are a sample of them, and how many each stands for."""
    most = looking.counted
    return (places[:most], len(places) / most) if len(places) > most else (places, 1.0)


def _values(name: str, some: Sequence[Some]) -> Mapping[str, float]:
    """How many of the pages of all parts have each value of the facet."""
    if name == "service":
        slugs = service_slugs()
        services = _summed(some, [each.segment.services.of_places(each.places)[1] for each in some])
        return {slugs.get(service, ""): number for service, number in services.items()}
    if name == "country":
        countries = _summed(some, [each.segment.columns.country[each.places] for each in some])
        return {country_code(country): number for country, number in countries.items()}
    numbers: defaultdict[str, float] = defaultdict(float)
    for each in some:
        for value, number in _named(name, each) if name in NAMED else _flagged(name, each):
            numbers[value] += number * each.factor
    return numbers


def _summed(some: Sequence[Some], values: Sequence[NDArray[Any]]) -> Mapping[int, float]:
    """How often each value stands in those of all parts, which are numbers of one kind."""
    if not some:
        return {}
    counted = [runs(np.sort(own)) for own in values]
    distinct, at = np.unique(np.concatenate([own for own, _number in counted]), return_inverse=True)
    numbers = np.concatenate([number * each.factor for each, (_own, number) in zip(some, counted, strict=True)])
    return dict(zip(distinct.tolist(), np.bincount(at, numbers).tolist(), strict=True))


def _named(name: str, some: Some) -> Iterable[tuple[str, int]]:
    """How many of these pages have each name, or of skills each of the most frequent."""
    segment = some.segment
    if name == "language":
        spoken = enumerate(segment.languages.counted(some.places, len(segment.language_names)))
        return [(segment.language_names.name(language), number) for language, number in spoken if number]
    skills, numbers = runs(np.sort(segment.skills.of_places(some.places)[1]))
    most = highest(numbers, facets.MOST * 4)
    named = zip(skills[most].tolist(), numbers[most].tolist(), strict=True)
    return [(segment.skill_names.name(skill), number) for skill, number in named]


def _flagged(name: str, some: Some) -> Iterable[tuple[str, int]]:
    """How many of these pages have each of the values that are known beforehand."""
    columns, places = some.segment.columns, some.places
    if name == "remote":
        return [("true", int(np.count_nonzero(columns.remote[places])))]
    if name == "available":
        today = some.looking.asked.as_of.date()
        return [("true", int(np.count_nonzero(available(some.segment, places, today))))]
    ratings = columns.rating[places]
    return [(least, int(np.count_nonzero(ratings >= float(least)))) for least in facets.FLAGS["min_rating"]]


def _rounded(number: float) -> int:
    """To as many digits as an estimate is worth."""
    return int(round(number, DIGITS - len(str(int(number)))))
