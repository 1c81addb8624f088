"""Places: names become cities, cities become distances."""

from __future__ import annotations

import gzip
import time
from zoneinfo import available_timezones

import pytest

from marketplace.places import (
    CITIES_PATH,
    City,
    countries,
    distance_km,
    find,
    fold,
    load_cities,
    suggest,
)


def found(name: str, country: str) -> City:
    city = find(name, country)
    assert city is not None, f"{name} in {country}"
    return city


def test_cities_are_loaded_once_with_the_most_populous_first() -> None:
    cities = load_cities()
    assert load_cities() is cities
    assert len(cities) > 30_000
    assert [c.population for c in cities] == sorted((c.population for c in cities), reverse=True)


def test_every_city_has_a_country_a_zone_and_coordinates() -> None:
    codes, zones = {code for code, _ in countries()}, available_timezones()
    for city in load_cities():
        assert city.country in codes, city
        assert city.timezone in zones, city
        assert -90 <= city.latitude <= 90, city
        assert -180 <= city.longitude <= 180, city
        assert city.ascii_name.isascii(), city


def test_ids_are_unique() -> None:
    assert len({city.id for city in load_cities()}) == len(load_cities())


def test_table_stays_small_and_has_a_notice() -> None:
    assert CITIES_PATH.stat().st_size <= 1_300_000
    assert "geonames.org" in (CITIES_PATH.parent / "NOTICE").read_text(encoding="utf-8")
    with gzip.open(CITIES_PATH, "rt", encoding="utf-8") as file:
        assert file.readline().split("\t")[0] == "id"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("zur", "Zürich"),
        ("ZÜRICH", "Zürich"),
        ("são pau", "São Paulo"),
        ("sao pau", "São Paulo"),
        ("  new   york", "New York City"),
        ("saint etien", "Saint-Étienne"),
        ("lodz", "Łódź"),
        ("wroclaw", "Wrocław"),
        ("xi'an", "Xi\u2019an"),
        ("bombay", "Mumbai"),
        ("danzig", "Gdańsk"),
    ],
)
def test_suggest_folds_case_diacritics_and_punctuation(typed: str, name: str) -> None:
    assert name in [city.name for city in suggest(typed)]


def test_suggest_gives_the_most_populous_first_and_each_once() -> None:
    cities = suggest("s", limit=50)
    assert [c.population for c in cities] == sorted((c.population for c in cities), reverse=True)
    assert len({city.id for city in cities}) == 50
    assert suggest("lon")[0].name == "London"


def test_suggest_within_a_country() -> None:
    assert {city.country for city in suggest("san", country="US", limit=20)} == {"US"}
    assert suggest("vienna", country="US")[0].country == "US"
    assert suggest("vienna", country="AT")[0].name == "Vienna"
    assert suggest("vienna", country="ZZ") == []


def test_suggest_for_nothing_typed_gives_the_largest() -> None:
    assert suggest("", country="FR", limit=1)[0].name == "Paris"
    assert suggest(" - ", limit=1) == load_cities()[:1]


@pytest.mark.parametrize("typed", ["qqqzzz", "\x00", "\ud800", "🦊", "%_\\", "a" * 10_000])
def test_suggest_for_nonsense_does_not_raise(typed: str) -> None:
    assert isinstance(suggest(typed), list)


def test_suggest_takes_little_of_the_processor_once_loaded() -> None:
    prefixes = ["s", "sa", "san", "m", "b", "london", "x", "zzz"]
    suggest("s"), suggest("s", country="US")
    best = min(_seconds_for(prefixes) for _ in range(5))
    assert best / (2 * len(prefixes)) < 0.005


def _seconds_for(prefixes: list[str]) -> float:
    start = time.thread_time()
    for prefix in prefixes:
        suggest(prefix)
        suggest(prefix, country="US")
    return time.thread_time() - start


def test_find_takes_the_most_populous_of_that_name() -> None:
    assert found("portland", "US").admin1 == "OR"
    assert found("MUNICH", "DE").name == "Munich"


@pytest.mark.parametrize(
    ("typed", "country", "name"),
    [
        ("Wien", "AT", "Vienna"),
        ("Koeln", "DE", "Köln"),
        ("Cologne", "DE", "Köln"),
        ("Kiev", "UA", "Kyiv"),
        ("Firenze", "IT", "Florence"),
        ("Den Haag", "NL", "The Hague"),
        ("New York", "US", "New York City"),
        ("NYC", "US", "New York City"),
    ],
)
def test_find_knows_other_names(typed: str, country: str, name: str) -> None:
    assert found(typed, country).name == name


@pytest.mark.parametrize(("typed", "country"), [("Atlantis", "GR"), ("", "US"), ("Paris", "ZZ"), ("Pari", "FR")])
def test_find_refuses_what_is_not_there(typed: str, country: str) -> None:
    assert find(typed, country) is None


@pytest.mark.parametrize(
    ("first", "second", "km"),
    [
        ((52.52, 13.405), (48.137, 11.575), 504.4),
        ((51.5074, -0.1278), (40.7128, -74.006), 5570.2),
        ((0, 179.5), (0, -179.5), 111.195),
        ((90, 0), (-90, 123), 20015.1),
        ((10, 20), (10, 20), 0),
    ],
)
def test_distance(first: tuple[float, float], second: tuple[float, float], km: float) -> None:
    assert distance_km(*first, *second) == pytest.approx(km, rel=1e-3)
    assert distance_km(*second, *first) == pytest.approx(distance_km(*first, *second))


def test_countries_are_sorted_by_their_english_names() -> None:
    names = [name for _, name in countries()]
    assert [fold(name) for name in names] == sorted(fold(name) for name in names)
    assert {("DE", "Germany"), ("AX", "Åland Islands"), ("XK", "Kosovo")} <= set(countries())
    assert len(names) == 250
