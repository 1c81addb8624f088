"""Prices in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from services.exchange import rates
from services.models import Pricing, ServicePage
from services.money import format_money
from services.rules.packages import TIERS, Package


@dataclass(frozen=True, slots=True)
class Price:
    """``before`` and ``after`` are the words around the amount, either may be empty.

    ``is_comparable`` is False where the currency has no exchange rate: such a price neither filters nor ranks.
    """

    before: str
    amount: str
    after: str
    is_comparable: bool = True

    def __str__(self) -> str:
        return " ".join(part for part in (self.before, self.amount, self.after) if part)


@dataclass(frozen=True, slots=True)
class PackageWords:
    """A package in words."""

    tier: str
    tier_name: str
    name: str
    description: str
    price: str
    terms: list[str]
    extras: list[tuple[str, str]]

    @property
    def has_own_name(self) -> bool:
        """Whether the provider named the package."""
        return self.name != self.tier_name


def price_words(pricing: str, rate: int | None, currency: str, locale: str) -> Price:
    """The price of a page; ``rate`` in minor units, as stored."""
    if pricing == Pricing.CONTACT or rate is None or not currency:
        return Price("", _("Price on request"), "")
    amount = format_money(rate, currency, locale)
    is_comparable = currency in rates()
    if pricing == Pricing.HOURLY:
        return Price("", amount, _("an hour"), is_comparable)
    return Price(_("from"), amount, "", is_comparable)


def package_words(page: ServicePage, locale: str) -> Iterator[PackageWords]:
    """The page's packages, cheapest first; none where prices are named otherwise."""
    if page.pricing != Pricing.PACKAGES:
        return
    for package in page.packages:
        tier_name = str(TIERS[package["tier"]])
        yield PackageWords(
            tier=package["tier"],
            tier_name=tier_name,
            name=package["name"] or tier_name,
            description=package["description"],
            price=format_money(package["price"], page.currency, locale),
            terms=list(package_terms(package)),
            extras=[
                (extra["name"], format_money(extra["price"], page.currency, locale)) for extra in package["extras"]
            ],
        )


def package_terms(package: Package) -> Iterator[str]:
    """How soon, and how many revisions, in words."""
    days, revisions = package["delivery_days"], package["revisions"]
    if days is not None:
        yield ngettext("Delivered in %(n)d day", "Delivered in %(n)d days", days) % {"n": days}
    if revisions == 0:
        yield _("No revisions")
    elif revisions is not None:
        yield ngettext("%(n)d revision", "%(n)d revisions", revisions) % {"n": revisions}
