"""The catalogue as the demo needs it."""

from dataclasses import dataclass, field
from random import Random
from typing import Final

from marketplace.demo.banks import Bank, banks
from marketplace.demo.outside.occupation import Occupation
from services.models import Service

PROPER: Final = frozenset(
    [
        "Shopify",
        "Django",
        "Excel",
        "Python",
        "German",
        "English",
        "French",
        "Spanish",
        "Italian",
        "Japanese",
        "Chinese",
        "Arabic",
        "Latin",
        "Google",
        "Facebook",
        "Instagram",
        "Kubernetes",
        "Linux",
        "Windows",
        "Drupal",
        "Magento",
        "Webflow",
        "Etsy",
        "Amazon",
        "React",
        "Angular",
        "Salesforce",
        "Wikipedia",
        "Unity",
        "Russian",
        "Portuguese",
        "Dutch",
        "Polish",
        "Korean",
        "Turkish",
        "Android",
        "Airtable",
        "Notion",
        "Zapier",
        "Power",
        "Pilates",
    ]
)


@dataclass(frozen=True, slots=True)
class Trade:
    """One group with its bank and services. ``outside`` has texts from a folder by the id of their service."""

    bank: Bank
    services: list[Service]
    outside: dict[int, list[Occupation]] = field(default_factory=dict)


def load_trades() -> list[Trade]:
    """The groups that have both services and phrases, by slug."""
    services: dict[str, list[Service]] = {}
    for service in (
        Service.objects.filter(is_active=True, group__is_active=True).select_related("group").order_by("slug")
    ):
        services.setdefault(service.group.slug, []).append(service)
    return [Trade(banks()[slug], services[slug]) for slug in sorted(services) if slug in banks()]


def within(name: str) -> str:
    """A service's name as it stands within a sentence: ``logo design``, but ``SEO audit`` and ``Shopify store``."""
    first = name.split()[0]
    return name if not first[1:].islower() or first in PROPER else name[:1].lower() + name[1:]


def pick_services(trade: Trade, rng: Random) -> list[Service]:
    """One to four services of the trade."""
    return rng.sample(trade.services, min(rng.choice((1, 1, 2, 2, 2, 3, 3, 4)), len(trade.services)))
