"""Facets, counted exactly."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from services.search import facets
from services.search.engines.memory.lists import Mask
from services.search.engines.memory.looking import Looking
from services.search.engines.memory.passing import available
from services.search.facets import Value
from services.search.meant import service_slugs


def counted(looking: Sequence[Looking], *, loosely: bool) -> Mapping[str, Sequence[Value]]:
    """The most frequent values of each facet among the results; of one that filters, among those without its filter."""
    found = {}
    for name in facets.NAMES:
        numbers: Counter[str] = Counter()
        for each in looking:
            numbers.update(dict(_values(name, each, each.found(loosely=loosely, without=name))))
        ranked = sorted(numbers.items(), key=lambda value: (-value[1], value[0]))
        found[name] = [Value(value, number, approx=False) for value, number in ranked if value and number][
            : facets.MOST
        ]
    return found


def _values(name: str, looking: Looking, among: Mask) -> Iterable[tuple[str, int]]:
    """How many of these pages have each value of the facet."""
    segment = looking.segment
    if name == "service":
        slugs = service_slugs()
        return [(slugs.get(service, ""), number) for service, number in segment.services.counted(among).items()]
    if name == "skill":
        return segment.skills.counted(among).items()
    if name == "language":
        return segment.languages.counted(among).items()
    if name == "country":
        return Counter(segment.country[among].tolist()).items()
    if name == "remote":
        return [("true", int((segment.remote & among).sum()))]
    if name == "available":
        return [("true", int((available(segment, looking.asked.as_of.date()) & among).sum()))]
    return [(least, int((among & (segment.rating >= float(least))).sum())) for least in facets.FLAGS["min_rating"]]
