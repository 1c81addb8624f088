"""What things cost: by the service's usual band, the country, and the currency."""

from math import log10
from random import Random

from marketplace.demo.countries import Country
from services.currencies import digits
from services.exchange import rates
from services.models import Service


def hourly_usd(service: Service, country: Country, rng: Random) -> float:
    """Dollars an hour, more often near the lower end of the band."""
    share = rng.betavariate(2, 3)
    return (service.hourly_usd_low + share * (service.hourly_usd_high - service.hourly_usd_low)) * max(
        country.level, 0.3 + country.level / 2
    )


def in_minor(usd: float, currency: str) -> int:
    """The amount in the currency's minor units, rounded as people do: two digits that count, the second even or 5."""
    table = rates()
    amount = max(1.0, usd * float(table[currency]) / float(table["USD"]))
    step = 10 ** max(0, int(log10(amount)) - 1)
    step = step * 5 if amount / step >= 30 and step > 1 else step
    return int(max(1, round(amount / step)) * step * 10 ** digits(currency))
