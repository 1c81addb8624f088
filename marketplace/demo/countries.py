"""The demo's forty countries: how people there are called, what they speak and pay in, and what work costs."""

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Final

from marketplace.places import City, load_cities


@dataclass(frozen=True, slots=True)
class Country:
    """A country. ``level`` is what an hour of work costs there, the United States being 1; ``weight`` its share."""

    code: str
    culture: str
    languages: tuple[str, ...]
    currency: str
    level: float
    weight: int


TABLE: Final = """
US english en,es USD 1.0 14
GB english en GBP 0.9 9
CA english en,fr CAD 0.9 5
AU english en AUD 0.95 4
IE english en EUR 0.9 2
NZ english en NZD 0.85 2
DE german de EUR 0.9 8
AT german de EUR 0.9 3
CH german de,fr CHF 1.25 3
FR french fr EUR 0.8 6
BE french fr,nl EUR 0.85 2
NL dutch nl EUR 0.9 4
ES spanish es EUR 0.6 5
MX spanish es MXN 0.35 3
AR spanish es USD 0.35 2
CO spanish es USD 0.3 2
CL spanish es USD 0.4 1
PT portuguese pt EUR 0.5 3
BR portuguese pt BRL 0.35 5
IT italian it EUR 0.65 4
PL polish pl PLN 0.5 4
CZ czech cs CZK 0.5 2
RO romanian ro RON 0.4 2
UA ukrainian uk USD 0.35 3
GR greek el EUR 0.45 1
TR turkish tr TRY 0.3 2
SE nordic sv SEK 0.9 2
NO nordic nb NOK 1.0 2
DK nordic da DKK 1.0 2
FI nordic fi EUR 0.85 2
IN indian hi USD 0.25 8
PK pakistani ur USD 0.22 2
PH filipino tl USD 0.25 3
ID indonesian id USD 0.25 2
VN vietnamese vi USD 0.25 2
JP japanese ja JPY 0.7 3
NG nigerian yo USD 0.25 2
KE kenyan sw USD 0.25 2
ZA english af ZAR 0.35 2
EG arabic ar USD 0.25 2
"""


@cache
def countries() -> tuple[Country, ...]:
    """All forty."""
    return tuple(
        Country(code, culture, tuple(languages.split(",")), currency, float(level), int(weight))
        for code, culture, languages, currency, level, weight in map(str.split, TABLE.strip().splitlines())
    )


@cache
def shares() -> list[int]:
    """Their weights, added up one by one."""
    return list(accumulate(each.weight for each in countries()))


@cache
def cities(country: str) -> tuple[list[City], list[float]]:
    """The sixty biggest cities of a country, and their weights added up: people, the biggest held back a little."""
    found = _by_country()[country][:60]
    return found, list(accumulate(city.population**0.7 for city in found))


@cache
def _by_country() -> dict[str, list[City]]:
    found: dict[str, list[City]] = {}
    for city in load_cities():
        found.setdefault(city.country, []).append(city)
    return found
