"""Engagements and reviews in words, for pages and mail."""

from engagements.presentation.standing import Standing, standing
from engagements.presentation.timeline import timeline
from engagements.presentation.words import PAID_OUTSIDE, day_words, days_words, price_words, terms_words

__all__ = [
    "PAID_OUTSIDE",
    "Standing",
    "day_words",
    "days_words",
    "price_words",
    "standing",
    "terms_words",
    "timeline",
]
