"""Past clients from outside, whom some providers invited, and what they wrote."""

from datetime import datetime, timedelta
from random import Random
from typing import Final

from engagements.actions.past_clients import OPEN_FOR, REMIND_AFTER
from engagements.models import OutsideReview, PastClient, PastClientStatus
from marketplace.copying import copy_rows
from marketplace.demo.ids import id_at
from marketplace.demo.names import GIVEN, address_for, name_for
from marketplace.demo.pages import Offer
from marketplace.demo.telling import Rows, add_event
from marketplace.demo.world import World
from services.models import PageStatus

MOST: Final = 400
"""Pages among which some have invited anybody."""
SHARE: Final = 0.18
ANSWERS: Final = 0.75
STARS: Final = (5, 5, 5, 5, 4, 4, 3)
LATELY: Final = timedelta(days=200)


def copy_past_clients(world: World, numbers: range) -> None:
    """Past clients of the pages with these numbers; 0 is the provider's."""
    rows, invited, reviews = Rows(world.now), [], []
    for number in numbers:
        offer, rng = world.page(number), world.random("past clients", number)
        count = 4 if number == 0 else rng.choice((1, 1, 2, 3)) if rng.random() < SHARE else 0
        first = offer.page.first_published_at
        if first is None or offer.page.status != PageStatus.PUBLISHED:
            continue
        for place in range(count):
            past_client = _invite(rng, offer, max(first, world.now - LATELY), number * 10 + place, world.now)
            _note(rows, rng, offer, past_client, "invited", past_client.created_at)
            invited.append(past_client)
            if past_client.answered_at is not None:
                reviews.append(_review(rng, offer, past_client, past_client.answered_at))
                _note(rows, rng, offer, past_client, "reviewed", past_client.answered_at)
    copy_rows(invited)
    copy_rows(reviews)
    rows.save()


def _invite(rng: Random, offer: Offer, earliest: datetime, number: int, now: datetime) -> PastClient:
    """Somebody who was invited since then, and who has answered, or not yet, or not in time."""
    name, moment = name_for(rng.choice(sorted(GIVEN)), rng), earliest + (now - earliest) * rng.random()
    address, reminder, expiry = address_for(name, number), moment + REMIND_AFTER, moment + OPEN_FOR
    answered = moment + timedelta(hours=rng.expovariate(1 / 40)) if rng.random() < ANSWERS else None
    past_client = PastClient(
        id=id_at(moment, rng),
        page=offer.page,
        name=name,
        email=address,
        mailbox=address,
        created_at=moment,
        remind_at=reminder if reminder > now else None,
        expires_at=expiry,
    )
    if answered is not None and answered < min(expiry, now):
        past_client.status, past_client.answered_at, past_client.remind_at = PastClientStatus.REVIEWED, answered, None
    elif expiry <= now:
        past_client.status, past_client.remind_at = PastClientStatus.EXPIRED, None
    return past_client


def _review(rng: Random, offer: Offer, past_client: PastClient, moment: datetime) -> OutsideReview:
    return OutsideReview(
        id=id_at(moment, rng),
        past_client=past_client,
        page=offer.page,
        name=past_client.name,
        rating=rng.choice(STARS),
        text=rng.choice(offer.trade.bank.praise),
        created_at=moment,
    )


def _note(rows: Rows, rng: Random, offer: Offer, past_client: PastClient, kind: str, moment: datetime) -> None:
    actor = offer.member.pk if kind == "invited" else None
    data = {"past_client": str(past_client.pk)}
    add_event(rows, rng, f"past_client.{kind}", offer.page.pk, moment, actor=actor, data=data)
