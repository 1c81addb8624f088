"""Turning features into reasons in words, for the provider ("Why was I matched?") and the client ("Why these?")."""

from collections.abc import Mapping
from typing import Any, Final, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests.matching.features import UNRATED
from requests.matching.rank import gains_of

MOST: Final = 4
ROUNDING: Final = 1e-4
"""What features may lose when a match keeps them."""
TEXTS: Final[Mapping[str, Promise]] = {
    "service": _("Offers exactly the service that is asked for"),
    "meaning": _("The description fits the request closely"),
    "words": _("Uses the same words as the request"),
    "skills": _("Has the skills that this service usually needs"),
    "distance": _("Is close to where the work is done"),
    "price": _("The price fits the budget"),
    "language": _("Speaks the language that is asked for"),
    "rating": _("Is rated well by earlier clients"),
    "responsiveness": _("Usually answers requests"),
    "availability": _("Has plenty of time"),
    "freshness": _("Is new here and gets a first chance"),
    "turn": _("Had few requests lately"),
}
RESERVED: Final = _("This place is kept for providers who are new or had no request for two weeks")
ASKED: Final = _("Was asked by the client in person")


class Reason(TypedDict):
    """One reason: the feature's name, and words."""

    feature: str
    text: str


def explain(features: Mapping[str, Any], *, reserved: bool = False, asked: bool = False) -> list[Reason]:
    """Why the page was matched: first the rule, then what raised its score most; at most four, in the active language.

    ``features`` are what the match keeps. A feature that added nothing is no reason, nor is a rating that is no better
    than that of pages without reviews.
    """
    rule = ("invited", ASKED) if asked else ("service", TEXTS["service"])
    reasons = [Reason(feature=rule[0], text=str(rule[1]))]
    if reserved:
        reasons.append(Reason(feature="reserved", text=str(RESERVED)))
    added = gains_of(features)
    rated_well = features.get("rating", 0) > UNRATED + ROUNDING
    told = TEXTS.keys() - (set() if rated_well else {"rating"})
    gains = {name: gain for name, gain in added.items() if gain > 0 and name in told}
    best = sorted(gains, key=lambda name: (-gains[name], name))
    reasons += [Reason(feature=name, text=str(TEXTS[name])) for name in best]
    return reasons[:MOST]
