"""A place as people write it in one line, such as ``Vienna, Austria``, and back."""

from marketplace.places import City, countries, fold, suggest

CLEARLY_LARGER = 10
"""How many times more people a city must have for its name alone to mean it."""
_countries = dict(countries())
_codes = {fold(name): code for code, name in countries()} | {code.casefold(): code for code in _countries}
_codes |= {"uk": "GB", "usa": "US", "england": "GB", "scotland": "GB", "wales": "GB", "holland": "NL"}


class UnclearPlace(ValueError):
    """The text names no city that we know, or several. ``candidates`` are those that it may mean, likeliest first."""

    def __init__(self, candidates: list[City]) -> None:
        super().__init__("unclear place")
        self.candidates = candidates


def label(city: City) -> str:
    """The city in one line, so that ``resolve`` finds it again."""
    country = _countries.get(city.country, city.country)
    if len(_namesakes(city)) > 1 and city.admin1.isalpha():
        return f"{city.name}, {city.admin1}, {country}"
    return f"{city.name}, {country}"


def written(city: str, country: str) -> str:
    """A stored city and country code in one line."""
    return ", ".join(part for part in [city, _countries.get(country, country)] if part)


def resolve(text: str) -> City:
    """The city that the text means: ``Vienna``, ``Vienna, Austria``, ``Springfield, IL, United States``.

    Raises UnclearPlace.
    """
    parts = [part for part in (fold(part) for part in text.split(",")) if part]
    if not parts:
        raise UnclearPlace([])
    name, rest = parts[0], parts[1:]
    country = _codes.get(rest[-1]) if rest else None
    regions = rest[:-1] if country else rest
    similar = suggest(parts[0], country=country, limit=200)
    found = [city for city in similar if name in _names(city) and _is_in(city, regions)]
    if not found or (rest and not country and not regions):
        raise UnclearPlace(similar[:8])
    found.sort(key=lambda city: city.population, reverse=True)
    if len(found) > 1 and not country and found[0].population < CLEARLY_LARGER * found[1].population:
        raise UnclearPlace(found[:8])
    own = [city for city in found if name in {fold(city.name), fold(city.ascii_name)}]
    if len(own) > 1 and country and not regions and _are_apart(own):
        raise UnclearPlace(own[:8])
    return (own or found)[0]


def _is_in(city: City, regions: list[str]) -> bool:
    return all(fold(city.admin1) == region for region in regions)


def _are_apart(cities: list[City]) -> bool:
    """Whether one country has several cities of the name, none clearly the largest, that their labels tell apart."""
    labels = {label(city) for city in cities}
    return len(labels) > 1 and cities[0].population < CLEARLY_LARGER * cities[1].population


def _names(city: City) -> set[str]:
    return {fold(name) for name in (city.name, city.ascii_name, *city.alternate_names)}


def _namesakes(city: City) -> list[City]:
    return [other for other in suggest(city.name, country=city.country, limit=200) if other.name == city.name]
