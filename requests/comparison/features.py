"""What speaks for a proposal, each from 0 (against) to 1 (for), 0.5 where nothing is known. No I/O and no clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

NEUTRAL: Final = 0.5
PRIOR: Final = 5
"""Reviews at the middle of the scale that every provider starts with, so that one review says little."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the client asked for: the upper end of the budget, and the days that the time frame leaves; None where open.

    Prices are in euros, an hour where ``hourly``. ``usual`` is the median price of the proposals of that kind.
    """

    budget: float | None = None
    hourly: bool = False
    usual: float | None = None
    days: int | None = None
    questions: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """What one proposal offers. ``fit`` is the score of its match, ``price`` None where it cannot be compared."""

    fit: float | None = None
    price: float | None = None
    hourly: bool = False
    days: int | None = None
    rating_sum: int = 0
    rating_count: int = 0
    wins: int = 0
    answered: int = 0
    similarity: float | None = None


def fit(offer: Offer, _asked: Asked) -> float:
    """How well the provider's page fits the request."""
    return NEUTRAL if offer.fit is None else offer.fit


def price(offer: Offer, asked: Asked) -> float:
    """0.6 at the upper end of the budget, more below it, less than 0.5 above it, and 0 from twice as much on.

    Without a budget the usual price stands for it, with 0.5 at its height.
    """
    held_against = asked.budget or asked.usual
    if offer.price is None or not held_against or offer.hourly != asked.hourly:
        return NEUTRAL
    share = offer.price / held_against
    if share <= 1:
        return 1 - share * (0.4 if asked.budget else 0.5)
    return _within(1 - share / 2)


def time(offer: Offer, asked: Asked) -> float:
    """1 within the time frame, 0 at three times of it; a little against those who name none where one is asked."""
    if asked.days is None:
        return NEUTRAL
    if offer.days is None:
        return 0.35
    return _within(1 - (offer.days / asked.days - 1) / 2)


def rating(offer: Offer, _asked: Asked) -> float:
    """The mean of the reviews, 1 star as 0 and 5 as 1, drawn to the middle while they are few."""
    stars = (offer.rating_sum - offer.rating_count) / 4
    return _within((stars + PRIOR * NEUTRAL) / (offer.rating_count + PRIOR))


def experience(offer: Offer, _asked: Asked) -> float:
    """Proposals of the provider that were accepted on this site: 1 from ten on."""
    return _within(NEUTRAL + offer.wins / 20)


def answers(offer: Offer, asked: Asked) -> float:
    """The share of the client's questions that are answered."""
    return offer.answered / asked.questions if asked.questions else NEUTRAL


def own_words(offer: Offer, _asked: Asked) -> float:
    """Against a text that nearly repeats another one."""
    return NEUTRAL if offer.similarity is None else NEUTRAL * (1 - offer.similarity)


FEATURES: Final[Mapping[str, Callable[[Offer, Asked], float]]] = {
    "fit": fit,
    "price": price,
    "time": time,
    "rating": rating,
    "experience": experience,
    "answers": answers,
    "own_words": own_words,
}


def measure(offer: Offer, asked: Asked) -> dict[str, float]:
    """All features by name."""
    return {name: round(feature(offer, asked), 4) for name, feature in FEATURES.items()}


def _within(value: float) -> float:
    return min(1.0, max(0.0, value))
