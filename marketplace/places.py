"""Cities and countries: what somebody types becomes a place with coordinates.

The cities come from GeoNames (CC BY 4.0), see geonames/NOTICE.
"""

from __future__ import annotations

import csv
import gzip
import math
import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from heapq import nsmallest
from itertools import islice
from pathlib import Path
from threading import Thread

import pycountry
from babel import Locale

CITIES_PATH = Path(__file__).parent / "geonames" / "cities.tsv.gz"
EARTH_RADIUS_KM = 6371.0088
LAST_CHARACTER = chr(0x10FFFF)
UNDECOMPOSED = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ß": "ss"}
    | {"æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "þ": "th", "Þ": "Th", "ı": "i", "ə": "e", "Ə": "E"}
    | {"ħ": "h", "Ħ": "H", "\u2018": "'", "\u2019": "'", "ʻ": "'", "ʼ": "'", "\u2013": "-"}
)


@dataclass(frozen=True, slots=True)
class City:
    """A city of 15,000 people or more, as GeoNames knows it."""

    id: int
    name: str
    ascii_name: str
    country: str
    admin1: str
    latitude: float
    longitude: float
    population: int
    timezone: str
    alternate_names: tuple[str, ...]


# Folded name, whether it is an alternate one, place in load_cities(). So sorted, the first entry of a
# name is the most populous city whose own name it is.
Entry = tuple[str, bool, int]


@cache
def load_cities() -> list[City]:
    """All cities, the most populous first."""
    with gzip.open(CITIES_PATH, "rt", encoding="utf-8", newline="") as file:
        return [_city(row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def suggest(prefix: str, *, country: str | None = None, limit: int = 8) -> list[City]:
    """Cities that have a name beginning with the prefix, the most populous first."""
    key, entries = fold(prefix), _entries(country)
    if not key:
        return list(islice((city for city in load_cities() if country in (None, city.country)), limit))
    start = bisect_left(entries, (key,))
    end = bisect_left(entries, (key + LAST_CHARACTER,), lo=start)
    ranks = {rank for _, _, rank in entries[start:end]}
    return [load_cities()[rank] for rank in nsmallest(limit, ranks)]


def find(name: str, country: str) -> City | None:
    """The most populous city of that name in the country; its own name counts before an alternate one."""
    key, entries = fold(name), _entries(country)
    place = bisect_left(entries, (key,))
    if not key or place == len(entries) or entries[place][0] != key:
        return None
    return load_cities()[entries[place][2]]


def called(name: str) -> list[tuple[City, bool]]:
    """Cities of that name, the most populous first, each with whether it is its own name or another one."""
    key, entries = fold(name), _entries(None)
    start = bisect_left(entries, (key,))
    end = bisect_left(entries, (key + " ",), lo=start)
    found = [(load_cities()[rank], not is_other) for each, is_other, rank in entries[start:end] if each == key]
    return sorted(found, key=lambda pair: -pair[0].population)


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """The great-circle distance between two points given in degrees."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_phi, half_lambda = (phi2 - phi1) / 2, math.radians(lon2 - lon1) / 2
    chord = math.sin(half_phi) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_lambda) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))


def read_ahead() -> None:
    """Reads the table in the background, which takes about a second of processor time, before somebody waits for it."""
    Thread(target=called, args=("Vienna",), name="gazetteer", daemon=True).start()


@cache
def countries() -> list[tuple[str, str]]:
    """Code and English name of every country, by name."""
    # Kosovo has cities and a name, but no code in ISO 3166.
    codes = {country.alpha_2 for country in pycountry.countries} | {"XK"}
    names = Locale("en").territories
    return sorted(((code, names[code]) for code in codes), key=lambda pair: fold(pair[1]))


def without_diacritics(text: str) -> str:
    """The text in Latin letters without diacritics, case and punctuation kept."""
    decomposed = unicodedata.normalize("NFKD", text.translate(UNDECOMPOSED))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def fold(name: str) -> str:
    """What the spellings of one name share: no case, diacritics or punctuation."""
    words = without_diacritics(name).casefold().replace("'", "").replace(".", "")
    return " ".join(re.findall(r"\w+", words))


@cache
def _entries(country: str | None) -> list[Entry]:
    """The folded names of all cities, or of one country's, in the order of the alphabet."""
    if country is not None:
        return [entry for entry in _entries(None) if load_cities()[entry[2]].country == country]
    entries: set[Entry] = set()
    for rank, city in enumerate(load_cities()):
        own = {fold(city.name), fold(city.ascii_name)}
        others = {fold(name) for name in city.alternate_names} - own
        entries |= {(key, False, rank) for key in own} | {(key, True, rank) for key in others}
    return sorted(entries)


def _city(row: dict[str, str]) -> City:
    return City(
        id=int(row["id"]),
        name=row["name"],
        ascii_name=row["ascii"] or row["name"],
        country=row["country"],
        admin1=row["admin1"],
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        population=int(row["population"]),
        timezone=row["timezone"],
        alternate_names=tuple(filter(None, row["alternates"].split("|"))),
    )
