"""The three people whom one can log in as: a client, a provider and an admin whose stories fit each other."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.demo_log_ins import ADMIN, CLIENT, PASSWORD, PROVIDER
from accounts.models import Member
from marketplace.copying import copy_rows
from marketplace.demo.catalogue import Trade
from marketplace.demo.ids import id_at, seeded
from marketplace.demo.pages import Offer
from services.models import PageStatus, Pricing, Service, ServicePage, WorkLocation

TRADE: Final = "design-branding"
PREFERRED: Final = ("logo-design", "brand-identity")
OFFERED: Final = 9
VIENNA: Final = ("AT", "Vienna", 48.2082, 16.3738, "Europe/Vienna")
ABOUT: Final = """I design logos and the things around them: the mark, the letters, the colours, and a short guide that says how they belong together. For eleven years I have done little else, for bakeries, law offices, software teams and one lighthouse museum.

We begin with an hour of talking. A week later you see three directions on paper, drawn by hand; you choose one, and I finish it in two rounds.

You get vector files, versions for print and screen, and a guide of four pages that your printer will understand.

Write me what you do and by when you need it. I answer on the same working day."""


@dataclass(frozen=True, slots=True)
class Logins:
    """Client, provider with her page, and admin."""

    client: Member
    provider: Offer
    admin: Member

    @property
    def members(self) -> list[Member]:
        """All three."""
        return [self.client, self.provider.member, self.admin]


def make_logins(seed: int, trades: list[Trade], *, now: datetime) -> Logins:
    """The three, not saved. They are the only ones in the demo with a password."""
    rng = seeded(seed, "login", 0)
    client = _member(rng, CLIENT, "Clara Winter", now=now, joined=400)
    provider = _member(rng, PROVIDER, "Paula Sommer", now=now, joined=500)
    admin = _member(rng, ADMIN, "Ada Herbst", now=now, joined=600, staff=True)
    return Logins(client, _offer(rng, provider, trades, now=now), admin)


def save_logins(logins: Logins, seed: int) -> None:
    """Saves the members with verified addresses and the password, which is hashed once."""
    # The same salt for the same demo. It keeps nothing secret: everybody knows the password.
    password = make_password(PASSWORD, salt=f"demo{seed:016}")
    for member in logins.members:
        member.password = password
    copy_rows(logins.members)
    copy_rows([EmailAddress(user=member, email=member.email, verified=True, primary=True) for member in logins.members])


def offered(trades: list[Trade]) -> tuple[Trade, list[Service]]:
    """What the provider offers: design where the catalogue has it, otherwise the first trade's first services."""
    trade = next((each for each in trades if each.bank.group == TRADE), trades[0])
    asked = {text["service"] for text in trade.bank.requests}
    found = sorted(trade.services, key=lambda service: (service.slug not in PREFERRED, service.slug not in asked))
    return trade, sorted(found[:OFFERED], key=lambda service: service.slug != PREFERRED[0])


def _member(rng: Random, email: str, name: str, *, now: datetime, joined: int, staff: bool = False) -> Member:
    country, city, latitude, longitude, zone = VIENNA
    created = now - timedelta(days=joined)
    return Member(
        id=id_at(created, rng),
        email=email,
        name=name,
        country=country,
        city=city,
        latitude=latitude,
        longitude=longitude,
        time_zone=zone,
        languages=["en", "de"],
        is_demo=True,
        is_staff=staff,
        is_superuser=staff,
        created_at=created,
        last_active_at=now,
    )


def _offer(rng: Random, member: Member, trades: list[Trade], *, now: datetime) -> Offer:
    """Remote and on site, English and German, taking work, with no cap of her own: nothing keeps a lead away."""
    trade, services = offered(trades)
    published = member.created_at + timedelta(days=2)
    skills = list(dict.fromkeys(skill for service in services for skill in service.skills[:4]))[:10]
    page = ServicePage(
        id=id_at(published, rng),
        member=member,
        slug="logos-and-brand-identity-that-stay",
        status=PageStatus.PUBLISHED,
        title=f"{services[0].name} by hand, for those who mean to stay",
        about=ABOUT,
        skills=skills,
        languages=["en", "de"],
        work_location=WorkLocation.BOTH,
        country=member.country,
        city=member.city,
        latitude=member.latitude,
        longitude=member.longitude,
        radius_km=100,
        pricing=Pricing.HOURLY,
        rate=5500,
        currency="EUR",
        hours_per_week=40,
        created_at=published,
        updated_at=published,
        first_published_at=published,
        published_at=published,
    )
    page.render_about()
    member.headline = page.title
    return Offer(member, page, services, trade)
