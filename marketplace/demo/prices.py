"""What things cost: by the service's usual band, the country, and the currency."""

from math import log10
from random import Random

from marketplace.demo.banks import some
from marketplace.demo.catalogue import Trade
from marketplace.demo.countries import Country
from services.currencies import digits
from services.exchange import rates
from services.models import Pricing, Service, ServicePage
from services.rules.packages import Extra, Package


def hourly_usd(service: Service, country: Country, rng: Random) -> float:
    """Dollars an hour, more often near the lower end of the band."""
    share = rng.betavariate(2, 3)
    return (service.hourly_usd_low + share * (service.hourly_usd_high - service.hourly_usd_low)) * max(
        country.level, 0.3 + country.level / 2
    )


def in_minor(usd: float, currency: str) -> int:
    """The amount in the currency's minor units, rounded as people do: two digits that count, the second even or 5.

    A currency without an exchange rate counts like the dollar.
    """
    table = rates()
    amount = max(1.0, usd * float(table.get(currency, table.get("USD", 1))) / float(table.get("USD", 1)))
    step = 10 ** max(0, int(log10(amount)) - 1)
    step = step * 5 if amount / step >= 30 and step > 1 else step
    return int(max(1, round(amount / step)) * step * 10 ** digits(currency))


def set_price(page: ServicePage, service: Service, country: Country, trade: Trade, rng: Random) -> None:
    """Gives the page one of the four ways of pricing, in the country's currency."""
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
