"""What ranking knows of a candidate: named numbers from 0 (speaks against it) to 1 (speaks for it).

To add one: write a function here, list it in ``FEATURES``, give it a weight in ``rank.WEIGHTS`` and words in
``explain.TEXTS``. Everything it needs comes in through ``Columns``, which have all candidates of a request at once;
nothing here reads a clock or a database.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter, itemgetter
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.search.candidate import Candidate

Numbers = NDArray[np.float64]

NEUTRAL: Final = 0.5
"""The value of a feature about which nothing is known."""
NEW: Final = timedelta(days=30)
RATING_PRIOR: Final = (4.2, 5.0)
"""Mean and weight, in reviews, that ratings are shrunk to (Bayesian average)."""
UNRATED: Final = (RATING_PRIOR[0] - 3) / 2
"""The rating's value for a page without reviews."""


class Facts(NamedTuple):
    """What happened in the last 30 days between the marketplace and a page. ``acceptance`` is the share of leads
    answered."""

    leads_today: int = 0
    leads_30_days: int = 0
    last_matched_at: datetime | None = None
    acceptance: float | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The request's side. ``budget_eur`` is its upper end in major units, an hour where ``hourly``."""

    budget_eur: float | None
    hourly: bool
    on_site: bool
    languages: int
    skills: int
    now: datetime


class Subject(NamedTuple):
    """A candidate for a request, with what is known of it."""

    candidate: Candidate
    facts: Facts
    wanted: Wanted


NUMBERS: Final = (
    "similarity",
    "words",
    "shared_skills",
    "shared_languages",
    "distance_km",
    "rate_eur",
    "rating",
    "rating_count",
    "hours_per_week",
)
OF_CANDIDATE: Final = itemgetter(*map(Candidate._fields.index, NUMBERS))
OF_FACTS: Final = attrgetter("leads_30_days", "acceptance")


class Columns:
    """Candidates for one request side by side: a number for each, NaN where nothing is known. There is at least one."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        candidates, facts = [each.candidate for each in subjects], [each.facts for each in subjects]
        self.wanted = subjects[0].wanted
        (
            self.similarity,
            self.words,
            self.shared_skills,
            self.shared_languages,
            self.distance_km,
            self.rate_eur,
            self.rating,
            self.rating_count,
            self.hours_per_week,
        ) = _numbers(map(OF_CANDIDATE, candidates))
        self.leads_30_days, self.acceptance = _numbers(map(OF_FACTS, facts))
        self.is_hourly = np.array([each.pricing == "hourly" for each in candidates])
        self.age = np.array([(self.wanted.now - each.first_published_at) / NEW for each in candidates])


def meaning(of: Columns) -> Numbers:
    """Cosine of the texts' vectors, which for related short texts lies between about 0.2 and 0.8."""
    return _clamp((of.similarity - 0.1) / 0.7)


def words(of: Columns) -> Numbers:
    """Words in common, as a share of what the request's words could count (BM25): two fifths are plenty, for a request
    says much that no page can."""
    return _clamp(of.words * 2.5)


def skills(of: Columns) -> Numbers:
    """Share of the service's typical skills that the page names; four are plenty."""
    usual = min(of.wanted.skills, 4)
    return _clamp(of.shared_skills / usual) if usual else _neutral(of)


def distance(of: Columns) -> Numbers:
    """1 at the door, 0.5 at 35 km; only for work on site."""
    return _or_neutral(np.exp(-of.distance_km / 50)) if of.wanted.on_site else _neutral(of)


def price(of: Columns) -> Numbers:
    """1 up to 80 % of the budget, falling to 0 at twice the budget. Unknown prices are neutral."""
    budget = of.wanted.budget_eur
    if not budget:
        return _neutral(of)
    comparable = of.is_hourly == of.wanted.hourly
    return np.where(comparable, _or_neutral(_clamp(1 - (of.rate_eur / budget - 0.8) / 1.2)), NEUTRAL)


def language(of: Columns) -> Numbers:
    """Share of the languages asked for."""
    return _clamp(of.shared_languages / of.wanted.languages) if of.wanted.languages else _neutral(of)


def rating(of: Columns) -> Numbers:
    """Mean rating, shrunk to the prior where there are few reviews, as a share of the way from 3 to 5 stars."""
    mean, weight = RATING_PRIOR
    stars = np.nan_to_num(of.rating) * of.rating_count
    return _clamp(((stars + mean * weight) / (of.rating_count + weight) - 3) / 2)


def responsiveness(of: Columns) -> Numbers:
    """Share of earlier leads that were answered, neutral for the first ones."""
    return _or_neutral(of.acceptance)


def availability(of: Columns) -> Numbers:
    """Hours a week on offer; 30 are plenty."""
    return _or_neutral(_clamp(of.hours_per_week / 30))


def freshness(of: Columns) -> Numbers:
    """1 for a page published now, 0 after 30 days: new providers need a first chance."""
    return _clamp(1 - of.age)


def turn(of: Columns) -> Numbers:
    """1 without leads in the last 30 days, 0.5 at ten: spreads the work, and keeps the top from taking it all."""
    return 10 / (10 + of.leads_30_days)


FEATURES: Final[Mapping[str, Callable[[Columns], Numbers]]] = {
    "meaning": meaning,
    "words": words,
    "skills": skills,
    "distance": distance,
    "price": price,
    "language": language,
    "rating": rating,
    "responsiveness": responsiveness,
    "availability": availability,
    "freshness": freshness,
    "turn": turn,
}


def measure(subjects: Sequence[Subject]) -> Numbers:
    """All features of the candidates for a request, rounded to what is worth storing: (candidates, features)."""
    if not subjects:
        return np.empty((0, len(FEATURES)))
    columns = Columns(subjects)
    return np.stack([feature(columns) for feature in FEATURES.values()], axis=1).round(4)


def named(row: Iterable[float]) -> dict[str, float]:
    """A row of ``measure`` by the features' names."""
    return dict(zip(FEATURES, map(float, row), strict=True))


def _numbers(rows: Iterable[tuple[float | None, ...]]) -> list[Numbers]:
    """A column for each of the rows' values."""
    return list(np.array(list(rows), dtype=np.float64).T)


def _clamp(values: Numbers) -> Numbers:
    """Into [0, 1]."""
    return values.clip(0.0, 1.0)


def _neutral(of: Columns) -> Numbers:
    """Of nobody anything is known."""
    return np.full(len(of.similarity), NEUTRAL)


def _or_neutral(values: Numbers) -> Numbers:
    return np.where(np.isnan(values), NEUTRAL, values)
