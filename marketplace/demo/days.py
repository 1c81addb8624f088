"""How often service pages were seen, day by day."""

from datetime import date, timedelta
from random import Random
from typing import Final

from marketplace.copying import copy_values
from marketplace.demo.pages import Offer
from marketplace.demo.world import World
from services.models import PageStatus
from services.models.counters import PageDay

YEAR: Final = 365
LATELY: Final = 28
"""Days of the provider's page, and of the others."""
SEEN_MOST: Final = 400
"""Pages that have such days: as many as make the charts believable, however large the demo is."""
BY_WEEKDAY: Final = (1.15, 1.2, 1.15, 1.1, 0.95, 0.7, 0.75)
SEARCHED: Final = (6, 22)
"""Impressions for each view: least and most of a page's mean."""


def copy_days(world: World, numbers: range) -> None:
    """The days of the pages with these numbers; 0 is the provider's."""
    rows: list[tuple[object, ...]] = []
    for number in numbers:
        offer = world.page(number)
        if offer.page.status == PageStatus.PUBLISHED:
            rows += _days(offer, world, number)
    copy_values(PageDay, ["page_id", "day", "views", "impressions"], rows)


def _days(offer: Offer, world: World, number: int) -> list[tuple[object, ...]]:
    rng, first = world.random("days", number), offer.page.first_published_at
    today = world.now.date()
    popularity = 9.0 if number == 0 else rng.lognormvariate(0.6, 0.8)
    ratio = rng.uniform(*SEARCHED)
    found: list[tuple[object, ...]] = []
    for back in range(YEAR if number == 0 else LATELY, 0, -1):
        day = today - timedelta(days=back)
        if first is not None and day > first.date():
            views, impressions = _seen(rng, popularity * (1 - back / 900), ratio, day)
            if impressions:
                found.append((offer.page.pk, day, views, impressions))
    return found


def _seen(rng: Random, popularity: float, ratio: float, day: date) -> tuple[int, int]:
    mean = popularity * BY_WEEKDAY[day.weekday()]
    views = max(0, round(rng.gauss(mean, mean**0.5)))
    return views, views + max(0, round(rng.gauss(mean * ratio, (mean * ratio) ** 0.5)))
