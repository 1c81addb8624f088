"""What ranking knows of a candidate: named numbers from 0 (speaks against it) to 1 (speaks for it).

To add one: write a function here, list it in ``FEATURES``, give it a weight in ``rank.WEIGHTS`` and words in
``explain.TEXTS``. Everything it needs comes in through ``Subject``; nothing here reads a clock or a database.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from typing import Final, NamedTuple

from services.search.candidate import Candidate

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


def meaning(subject: Subject) -> float:
    """Cosine of the texts' vectors, which for related short texts lies between about 0.2 and 0.8."""
    return _clamp((subject.candidate.similarity - 0.1) / 0.7)


def words(subject: Subject) -> float:
    """Words in common, as a share of what the request's words could count (BM25): two fifths are plenty, for a request
    says much that no page can."""
    return _clamp(subject.candidate.words * 2.5)


def skills(subject: Subject) -> float:
    """Share of the service's typical skills that the page names; four are plenty."""
    usual = min(subject.wanted.skills, 4)
    return _clamp(subject.candidate.shared_skills / usual) if usual else NEUTRAL


def distance(subject: Subject) -> float:
    """1 at the door, 0.5 at 35 km; only for work on site."""
    km = subject.candidate.distance_km
    if not subject.wanted.on_site or km is None:
        return NEUTRAL
    return exp(-km / 50)


def price(subject: Subject) -> float:
    """1 up to 80 % of the budget, falling to 0 at twice the budget. Unknown prices are neutral."""
    budget, rate = subject.wanted.budget_eur, subject.candidate.rate_eur
    comparable = (subject.candidate.pricing == "hourly") == subject.wanted.hourly
    if not budget or rate is None or not comparable:
        return NEUTRAL
    return _clamp(1 - (rate / budget - 0.8) / 1.2)


def language(subject: Subject) -> float:
    """Share of the languages asked for."""
    return (
        _clamp(subject.candidate.shared_languages / subject.wanted.languages) if subject.wanted.languages else NEUTRAL
    )


def rating(subject: Subject) -> float:
    """Mean rating, shrunk to the prior where there are few reviews, as a share of the way from 3 to 5 stars."""
    mean, weight = RATING_PRIOR
    count = subject.candidate.rating_count
    shrunk = ((subject.candidate.rating or 0) * count + mean * weight) / (count + weight)
    return _clamp((shrunk - 3) / 2)


def responsiveness(subject: Subject) -> float:
    """Share of earlier leads that were answered, neutral for the first ones."""
    return NEUTRAL if subject.facts.acceptance is None else subject.facts.acceptance


def availability(subject: Subject) -> float:
    """Hours a week on offer; 30 are plenty."""
    hours = subject.candidate.hours_per_week
    return NEUTRAL if hours is None else _clamp(hours / 30)


def freshness(subject: Subject) -> float:
    """1 for a page published now, 0 after 30 days: new providers need a first chance."""
    age = subject.wanted.now - subject.candidate.first_published_at
    return _clamp(1 - age / NEW)


def turn(subject: Subject) -> float:
    """1 without leads in the last 30 days, 0.5 at ten: spreads the work, and keeps the top from taking it all."""
    return 10 / (10 + subject.facts.leads_30_days)


FEATURES: Final[Mapping[str, Callable[[Subject], float]]] = {
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


def measure(subject: Subject) -> dict[str, float]:
    """All features of the candidate by name, rounded to what is worth storing."""
    return {name: round(feature(subject), 4) for name, feature in FEATURES.items()}


def _clamp(value: float) -> float:
    return min(1.0, value) if value > 0 else 0.0
