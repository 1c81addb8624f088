"""Members with their service pages. The page with number i depends on the seed and i, and on nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from accounts.models import Member
from marketplace.demo import wording
from marketplace.demo.banks import some
from marketplace.demo.catalogue import Trade, pick_services, within
from marketplace.demo.countries import Country, cities, countries
from marketplace.demo.ids import id_at, seeded
from marketplace.demo.names import address_for, name_for
from marketplace.demo.prices import hourly_usd, in_minor
from marketplace.places import City
from services.addresses import slug_of
from services.models import PageStatus, Pricing, Service, ServicePage, WorkLocation
from services.rules.packages import Extra, Package

UNUSABLE = "!demo"
"""No password has this hash: nobody logs in as the demo's crowd."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A member, her page, and the services on it in their order."""

    member: Member
    page: ServicePage
    services: list[Service]


def make_member(rng: Random, number: int, *, now: datetime, country: Country, city: City) -> Member:
    """Somebody who lives there, and has not been saved."""
    name = name_for(country.culture, rng)
    joined = now - timedelta(days=730 * rng.random() ** 1.6, seconds=rng.randrange(86_400))
    return Member(
        id=id_at(joined, rng),
        email=address_for(name, number),
        password=UNUSABLE,
        name=name,
        country=country.code,
        city=city.name,
        latitude=city.latitude,
        longitude=city.longitude,
        time_zone=city.timezone,
        languages=spoken(country, rng),
        is_demo=True,
        created_at=joined,
        last_active_at=now - timedelta(hours=rng.expovariate(1 / 60) + 1),
    )


def spoken(country: Country, rng: Random) -> list[str]:
    """The country's main language, mostly English, sometimes one more."""
    found = [country.languages[0]]
    found += [code for code in country.languages[1:] if rng.random() < 0.35]
    if "en" not in found and rng.random() < 0.85:
        found.append("en")
    if rng.random() < 0.15:
        found += [code for code in (rng.choice(("es", "fr", "de", "it", "pt", "ru", "ar")),) if code not in found]
    return found


def home(rng: Random) -> tuple[Country, City]:
    """A country by its share, and a city in it by its size."""
    country = rng.choices(countries(), [each.weight for each in countries()])[0]
    known, weights = cities(country.code)
    return country, rng.choices(known, weights)[0]


def make_offer(seed: int, number: int, trades: Sequence[Trade], *, now: datetime) -> Offer:
    """The page with this number."""
    rng = seeded(seed, "page", number)
    # The first forty are one of each country, so that none is missing where there are few pages.
    country, city = home(rng)
    if number < len(countries()):
        country = countries()[number]
        city = rng.choices(*cities(country.code))[0]
    member = make_member(rng, number, now=now, country=country, city=city)
    trade = trades[(number * 7 + rng.randrange(3)) % len(trades)]
    services = pick_services(trade, rng)
    page = make_page(rng, member, trade, services, now=now)
    _price(page, services[0], country, trade, rng)
    page.slug = f"{slug_of(page.title)[:70].rstrip('-')}-{number:05d}"
    return Offer(member, page, services)


def make_page(rng: Random, member: Member, trade: Trade, services: list[Service], *, now: datetime) -> ServicePage:
    """The page without its price and address."""
    skills = list(dict.fromkeys(skill for service in services for skill in some(service.skills, 4, rng)))[:10]
    words = words_of(services[0], skills, member.city, rng.choice(trade.bank.industries), rng)
    published = min(now, member.created_at + timedelta(hours=rng.expovariate(1 / 30)))
    page = ServicePage(
        id=id_at(published, rng),
        member=member,
        title=wording.title(trade.bank, words, rng),
        about=wording.about(trade.bank, words, rng)[:5000],
        skills=[skill[:60] for skill in skills],
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
    _rate(page, rng)
    page.render_about()
    member.headline = page.title[:160]
    return page


def words_of(service: Service, skills: list[str], city: str, industry: str, rng: Random) -> dict[str, str]:
    """What the placeholders of the phrases stand for."""
    inner = within(service.name)
    return {
        "service": inner,
        "Service": inner[:1].upper() + inner[1:],
        "skill": skills[0] if skills else inner,
        "skill2": skills[1] if len(skills) > 1 else inner,
        "years": str(rng.choice((3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 18, 20, 22, 25))),
        "city": city,
        "industry": industry,
    }


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


def _rate(page: ServicePage, rng: Random) -> None:
    """Ratings: a third has none yet; most of the others are good."""
    page.rating_count = 0 if rng.random() < 0.35 else min(180, int(rng.expovariate(1 / 14)) + 1)
    mean = min(5.0, max(2.6, rng.gauss(4.6, 0.3)))
    page.rating_sum = min(5 * page.rating_count, round(mean * page.rating_count))


def _price(page: ServicePage, service: Service, country: Country, trade: Trade, rng: Random) -> None:
    hourly = hourly_usd(service, country, rng)
    page.pricing = rng.choices(list(Pricing), (55, 17, 20, 8))[0]
    if page.pricing == Pricing.CONTACT:
        return
    page.currency = country.currency
    if page.pricing == Pricing.PACKAGES:
        packages = _packages(hourly, page.currency, trade, rng)
        page.packages, page.rate = packages, packages[0]["price"]
    else:
        page.rate = in_minor(hourly * (1 if page.pricing == Pricing.HOURLY else rng.choice((3, 5, 8))), page.currency)


def _packages(hourly: float, currency: str, trade: Trade, rng: Random) -> list[Package]:
    hours, included = rng.choice((3, 5, 8, 10)), some(trade.bank.deliverables, 3, rng)
    names = some(trade.bank.extras, 2, rng)
    extras = [Extra(name=name, price=in_minor(hourly * rng.choice((0.5, 1, 2)), currency)) for name in names]
    tiers = (("basic", "Basic", 1.0, 5), ("standard", "Standard", 2.2, 9), ("premium", "Premium", 4.5, 16))
    return [
        Package(
            tier=tier,
            name=name,
            description="; ".join(included[: position + 1]).replace("{city}", "the city"),
            price=in_minor(hourly * hours * factor, currency),
            delivery_days=days,
            revisions=position + 1,
            extras=extras,
        )
        for position, (tier, name, factor, days) in enumerate(tiers)
    ]
