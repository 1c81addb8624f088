"""Members with their service pages. The page with number i depends on the seed and i, and on nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from accounts.models import Member
from marketplace.demo import wording
from marketplace.demo.banks import some
from marketplace.demo.catalogue import Trade, pick_services
from marketplace.demo.ids import id_at, seeded
from marketplace.demo.people import home, make_member
from marketplace.demo.prices import set_price
from marketplace.demo.rendering import render_about
from services.addresses import slug_of
from services.models import PageStatus, Service, ServicePage, WorkLocation

ABOUT_MOST: Final = 5000
HEADLINE_MOST: Final = 160
SKILLS_MOST: Final = 10
SKILL_MOST: Final = 60


@dataclass(frozen=True, slots=True)
class Offer:
    """A member, her page, and the services on it in their order. ``trade`` is where its words come from."""

    member: Member
    page: ServicePage
    services: list[Service]
    trade: Trade


def make_offer(seed: int, number: int, trades: Sequence[Trade], *, now: datetime) -> Offer:
    """The page with this number, without its words."""
    rng = seeded(seed, "page", number)
    country, city = home(rng, number)
    member = make_member(rng, number, now=now, country=country, city=city)
    trade = trades[(number * 7 + rng.randrange(3)) % len(trades)]
    services = pick_services(trade, rng)
    page = _make_page(rng, member, services, now=now)
    set_price(page, services[0], country, trade, rng)
    return Offer(member, page, services, trade)


def write(offer: Offer, seed: int, number: int) -> None:
    """Gives the page its title, text and address. Apart from the rest, since requests need only the rest."""
    rng, page = seeded(seed, "words", number), offer.page
    written = wording.write(offer.trade, offer.services[0], page.skills, page.city, rng)
    page.title, page.about = written.title, written.about[:ABOUT_MOST]
    page.skills = list(dict.fromkeys([*page.skills, *written.skills]))[:SKILLS_MOST]
    page.slug = f"{slug_of(page.title).rstrip('-')}-{number:05d}"
    render_about(page)
    offer.member.headline = page.title[:HEADLINE_MOST]


def _make_page(rng: Random, member: Member, services: list[Service], *, now: datetime) -> ServicePage:
    skills = dict.fromkeys(skill[:SKILL_MOST] for service in services for skill in some(service.skills, 4, rng))
    published = min(now, member.created_at + timedelta(hours=rng.expovariate(1 / 30)))
    page = ServicePage(
        id=id_at(published, rng),
        member=member,
        skills=list(skills)[:SKILLS_MOST],
        languages=member.languages,
        country=member.country,
        city=member.city,
        latitude=member.latitude,
        longitude=member.longitude,
        hours_per_week=rng.choice((None, 5, 10, 15, 20, 20, 30, 40)),
        taking_work=rng.random() < 0.93,
        available_from=(now + timedelta(days=rng.randrange(3, 40))).date() if rng.random() < 0.08 else None,
        created_at=member.created_at,
        updated_at=published + (now - published) * rng.random(),
        first_published_at=published,
        published_at=published,
    )
    _status(page, rng)
    _place(page, services, rng)
    return page


def _status(page: ServicePage, rng: Random) -> None:
    chance = rng.random()
    page.status = PageStatus.PUBLISHED if chance < 0.955 else PageStatus.PAUSED if chance < 0.98 else PageStatus.DRAFT
    if page.status == PageStatus.DRAFT:
        page.first_published_at = page.published_at = None


def _place(page: ServicePage, services: list[Service], rng: Random) -> None:
    if not services[0].can_be_remote:
        page.work_location = WorkLocation.ON_SITE
    else:
        page.work_location = rng.choice((WorkLocation.REMOTE, WorkLocation.REMOTE, WorkLocation.BOTH))
    if page.work_location != WorkLocation.REMOTE:
        page.radius_km = rng.choice((10, 15, 25, 25, 40, 50, 80))
