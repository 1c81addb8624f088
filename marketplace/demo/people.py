"""Members who do not exist: where they live, what they speak, when they joined."""

from bisect import bisect
from datetime import datetime, timedelta
from random import Random
from typing import Final

from accounts.models import Member
from marketplace.demo.countries import Country, cities, countries, shares
from marketplace.demo.ids import id_at
from marketplace.demo.names import address_for, name_for
from marketplace.places import City

UNUSABLE: Final = "!demo"
"""No password has this hash: nobody logs in as the demo's crowd."""
YEARS: Final = 730
"""Days since the first of them joined."""


def home(rng: Random, number: int) -> tuple[Country, City]:
    """A country by its share, and a city in it by its size.

    The first forty are one of each country, so that none is missing where there are few pages.
    """
    chosen = rng.random() * shares()[-1]
    country = countries()[number if number < len(countries()) else bisect(shares(), chosen)]
    known, sizes = cities(country.code)
    return country, known[bisect(sizes, rng.random() * sizes[-1])]


def make_member(rng: Random, number: int, *, now: datetime, country: Country, city: City) -> Member:
    """Somebody who lives there, and has not been saved."""
    name = name_for(country.culture, rng)
    joined = now - timedelta(days=YEARS * rng.random() ** 1.6, seconds=rng.randrange(86_400))
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
        last_active_at=max(joined, now - timedelta(hours=rng.expovariate(1 / 60) + 1)),
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
