"""Work of the past: what pages were hired for long before the requests that are told in full.

How often a page was hired goes by how long it has been there and how much it is liked.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from allauth.account.models import EmailAddress

from accounts.models import Member
from marketplace.copying import copy_rows
from marketplace.demo.aftermath import fame
from marketplace.demo.arguments import Arguments
from marketplace.demo.pages import Offer
from marketplace.demo.past_job import Job, JobRows
from marketplace.demo.phrasing import Deck, first_name
from marketplace.demo.world import CROWD, Crowd, World
from services.models import PageStatus

MOST: Final = 4000
"""Pages among which some have been hired."""
OVER: Final = timedelta(days=60)
"""So long ago a request was begun of which everything is over, replies to reviews included."""
JOBS_A_YEAR: Final = 0.65
"""Of a page that is chosen least; the most liked have twenty times as many (``fame``)."""
NEAR: Final = 0.7
"""Share of the clients who are of the page's country."""
CONFIRMED: Final = 0.94
"""Share of the members whose address is confirmed."""
DISAPPOINTING: Final = 0.12
STARS: Final = {False: (76, 17, 4, 2, 1), True: (38, 30, 18, 9, 5)}
"""Weights of five to one stars, also of those pages that disappoint."""


def crowds_with_past(arguments: Arguments) -> int:
    """How many crowds (``world.CROWD``) have one; none where nobody requests anything."""
    return -(-min(arguments.pages - 1, MOST) // CROWD) if arguments.pages > 1 and arguments.requests else 0


def copy_past_work(world: World, numbers: range) -> None:
    """The past of these crowds' pages, but for the log-in's, whose story is told elsewhere."""
    for batch in numbers:
        crowd, rows = world.crowd(batch), JobRows()
        offers = [offer for offer in crowd.offers if offer is not world.provider]
        # A last crowd that is not full is filled up with the first pages.
        for place, offer in enumerate(offers[: world.arguments.pages - 1 - batch * CROWD]):
            if offer.page.status == PageStatus.PUBLISHED:
                _add(world, crowd, offer, batch * CROWD + place, rows)
        rows.save()
        copy_rows(list(_addresses(world, offers, batch)))


def _addresses(world: World, offers: Sequence[Offer], batch: int) -> Iterator[EmailAddress]:
    """The addresses that the members have confirmed: most have."""
    rng = world.random("addresses", batch)
    for offer in offers[: world.arguments.pages - 1 - batch * CROWD]:
        if rng.random() < CONFIRMED:
            yield EmailAddress(user=offer.member, email=offer.member.email, verified=True, primary=True)


def _add(world: World, crowd: Crowd, offer: Offer, number: int, rows: JobRows) -> None:
    """All that the page was hired for."""
    rng = world.random("past work", number)
    deck = Deck(rng, {"provider": first_name(offer.member.name)})
    stars = STARS[rng.random() < DISAPPOINTING]
    never = {offer.member.pk, world.provider.member.pk}
    for moment in _moments(offer, rng, until=world.now - OVER):
        client = _client(crowd, offer, moment, rng)
        if client is not None and client.pk not in never:
            Job(rows, offer, client, moment, rng).add(world, deck, stars)


def _moments(offer: Offer, rng: Random, *, until: datetime) -> Iterator[datetime]:
    """When somebody asked for what became a job: by chance, at the page's own rate."""
    days = 365 / (JOBS_A_YEAR * fame(offer.page.pk))
    moment = offer.page.first_published_at
    assert moment is not None  # it is published
    while (moment := moment + timedelta(days=rng.expovariate(1 / days))) < until:
        yield moment


def _client(crowd: Crowd, offer: Offer, moment: datetime, rng: Random) -> Member | None:
    """Somebody who had joined by then, mostly of the same country."""
    known = crowd.joined(offer.member.country if rng.random() < NEAR else "", moment)
    return rng.choice(known) if known else None
