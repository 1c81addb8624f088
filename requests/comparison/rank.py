"""One number a proposal, and why. No I/O and no clock."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests.comparison.features import NEUTRAL

WEIGHTS: Final[Mapping[str, float]] = {
    "fit": 0.25,
    "price": 0.25,
    "rating": 0.2,
    "time": 0.1,
    "answers": 0.1,
    "experience": 0.05,
    "own_words": 0.05,
}
FOR: Final[Mapping[str, Promise]] = {
    "fit": _("Fits what you ask for"),
    "price": _("Well priced"),
    "rating": _("Rated well by earlier clients"),
    "time": _("Within your time frame"),
    "answers": _("Answers your questions"),
    "experience": _("Has been chosen here before"),
    "own_words": _("Written for you"),
}
AGAINST: Final[Mapping[str, Promise]] = {
    "price": _("Priced high"),
    "time": _("Later than you asked for, or no time named"),
    "rating": _("Rated below the middle"),
    "answers": _("Leaves questions open"),
}
"""A text that nearly repeats another one has a hint of its own beside the reasons."""
MOST: Final = 3


def score(features: Mapping[str, float]) -> float:
    """The weighted mean of the features, in [0, 1]."""
    return sum(weight * features[name] for name, weight in WEIGHTS.items()) / sum(WEIGHTS.values())


def reasons(features: Mapping[str, float]) -> tuple[list[str], list[str]]:
    """What speaks for it and what against, what counts most first, in the active language; at most three each."""
    gains = {name: weight * (features[name] - NEUTRAL) for name, weight in WEIGHTS.items()}
    best = sorted((name for name in FOR if gains[name] > 0), key=lambda name: -gains[name])
    worst = sorted((name for name in AGAINST if gains[name] < 0), key=lambda name: gains[name])
    return [str(FOR[name]) for name in best[:MOST]], [str(AGAINST[name]) for name in worst[:MOST]]
