"""The three people whom one can log in as: a client, a provider and an admin whose stories fit each other."""

from datetime import datetime, timedelta
from random import Random
from typing import Final

from allauth.account.models import EmailAddress

from accounts.models import Member
from marketplace.demo.catalogue import Trade
from marketplace.demo.ids import id_at, seeded
from marketplace.demo.pages import Offer
from services.models import PageService, PageStatus, Pricing, Service, ServicePage, WorkLocation
from services.search.index import reindex

PASSWORD: Final = "demo-marketplace"  # noqa: S105  printed on the terminal and in the README
CLIENT: Final = "client@example.com"
PROVIDER: Final = "provider@example.com"
ADMIN: Final = "admin@example.com"
TRADE: Final = "design-branding"
PREFERRED: Final = ("logo-design", "brand-identity")
OFFERED: Final = 9
VIENNA: Final = ("AT", "Vienna", 48.2082, 16.3738, "Europe/Vienna")
ABOUT: Final = """I design logos and the things around them: the mark, the letters, the colours, and a short guide that says how they belong together. For eleven years I have done little else, for bakeries, law offices, software teams and one lighthouse museum.

We begin with an hour of talking. A week later you see three directions on paper, drawn by hand; you choose one, and I finish it in two rounds.

You get vector files, versions for print and screen, and a guide of four pages that your printer will understand.

Write me what you do and by when you need it. I answer on the same working day."""


def make_logins(seed: int, trades: list[Trade], *, now: datetime) -> tuple[Member, Offer, Member]:
    """Client, provider with her page, admin; saved, with verified addresses. The only ones with a password."""
    rng = seeded(seed, "login", 0)
    client = _member(rng, CLIENT, "Clara Winter", now=now, joined=400)
    provider = _member(rng, PROVIDER, "Paula Sommer", now=now, joined=500)
    admin = _member(rng, ADMIN, "Ada Herbst", now=now, joined=600, staff=True)
    return client, _offer(rng, provider, trades, now=now), admin


def offered(trades: list[Trade]) -> list[Service]:
    """What the provider offers: design where the catalogue has it, otherwise its first services."""
    trade = next((each for each in trades if each.bank.group == TRADE), trades[0])
    asked = {text["service"] for text in trade.bank.requests}
    found = sorted(trade.services, key=lambda service: (service.slug not in PREFERRED, service.slug not in asked))
    return sorted(found[:OFFERED], key=lambda service: service.slug != PREFERRED[0])


def _member(rng: Random, email: str, name: str, *, now: datetime, joined: int, staff: bool = False) -> Member:
    country, city, latitude, longitude, zone = VIENNA
    created = now - timedelta(days=joined)
    member = Member(
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
    member.set_password(PASSWORD)
    member.save(force_insert=True)
    EmailAddress.objects.create(user=member, email=email, verified=True, primary=True)
    return member


def _offer(rng: Random, member: Member, trades: list[Trade], *, now: datetime) -> Offer:
    """Remote and on site, English and German, taking work, with no cap of her own: nothing keeps a lead away."""
    services = offered(trades)
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
        rating_sum=233,
        rating_count=47,
        created_at=published,
        updated_at=published,
        first_published_at=published,
        published_at=published,
    )
    page.render_about()
    member.headline = page.title
    member.save(update_fields=["headline"])
    page.save(force_insert=True)
    PageService.objects.bulk_create(
        PageService(page=page, service=service, position=position) for position, service in enumerate(services)
    )
    reindex([page.pk])
    return Offer(member, page, services)
