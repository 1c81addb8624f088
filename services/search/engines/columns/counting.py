"""The number of results, and facets: counted where all results are known, estimated from a sample otherwise."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from services.search import facets
from services.search.browsing import Counted
from services.search.engines.columns.arrays import Places, union
from services.search.engines.columns.found import Found
from services.search.engines.columns.looking import Looking
from services.search.engines.columns.passing import available
from services.search.engines.columns.segment import country_code
from services.search.facets import Value
from services.search.meant import service_slugs
from services.search.retrieve import DEEP

DIGITS = 2
"""Of an estimated number."""


def counted(looking: Sequence[tuple[Looking, Found]], *, loosely: bool, with_facets: bool) -> Counted:
    """What stands beside the results of all parts."""
    shown = [_shown(each, found, loosely=loosely) for each, found in looking]
    least = sum(len(found.places) for _each, found in looking)
    is_estimate = least >= DEEP and not all(found.is_all for _each, found in looking)
    total = max(least, _rounded(sum(len(places) * factor for places, factor in shown))) if is_estimate else least
    return Counted(total, is_estimate, _facets(looking, shown, loosely=loosely) if with_facets else {})


def _facets(
    looking: Sequence[tuple[Looking, Found]], shown: Sequence[tuple[Places, float]], *, loosely: bool
) -> Mapping[str, Sequence[Value]]:
    """The most frequent values of each facet among the results, services that the words mean among them; of one that
    filters, among the results without its filter."""
    answer = {}
    for name in facets.NAMES:
        numbers: defaultdict[str, float] = defaultdict(float)
        is_estimate = False
        for (each, found), (places, factor) in zip(looking, shown, strict=True):
            if name in each.passing.tests or name in each.passing.lists:
                places, factor = _wider(each, found, name, loosely=loosely)
            is_estimate |= factor > 1
            for value, number in _values(name, each, places):
                numbers[value] += number * factor
        named = ((value, number) for value, number in numbers.items() if value and number)
        meant = _meant(looking) if name == "service" else frozenset()
        ranked = sorted(named, key=lambda value: (value[0] not in meant, -value[1], value[0]))[: facets.MOST]
        shown_first = sorted(ranked, key=lambda value: (-value[1], value[0]))
        answer[name] = [Value(value, round(number), approx=is_estimate) for value, number in shown_first]
    return answer


def _meant(looking: Sequence[tuple[Looking, Found]]) -> frozenset[str]:
    """The services that the words mean, as values of their facet."""
    slugs = service_slugs()
    return frozenset(slugs.get(service, "") for each, _found in looking[:1] for service in each.asked.plan.services)


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


def _values(name: str, looking: Looking, places: Places) -> Iterable[tuple[str, int]]:
    """How many of these pages have each value of the facet."""
    segment = looking.segment
    columns = segment.columns
    if name == "service":
        slugs = service_slugs()
        return [(slugs.get(service, ""), number) for service, number in segment.services.counted(places)]
    if name == "skill":
        most = Counter(dict(segment.skills.counted(places))).most_common(facets.MOST * 4)
        return [(segment.skill_names.name(skill), number) for skill, number in most]
    if name == "language":
        names = segment.language_names
        spoken = enumerate(segment.languages.counted(places, len(names)))
        return [(names.name(language), number) for language, number in spoken if number]
    if name == "country":
        found, numbers = np.unique(columns.country[places], return_counts=True)
        return [(country_code(int(code)), int(number)) for code, number in zip(found, numbers, strict=True)]
    if name == "remote":
        return [("true", int(columns.remote[places].sum()))]
    if name == "available":
        return [("true", int(available(segment, places, looking.asked.as_of.date()).sum()))]
    return [(least, int((columns.rating[places] >= float(least)).sum())) for least in facets.FLAGS["min_rating"]]


def _rounded(number: float) -> int:
    """To as many digits as an estimate is worth."""
    return int(round(number, DIGITS - len(str(int(number)))))
