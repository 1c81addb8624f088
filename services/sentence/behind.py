"""What stands right behind the name of a city and belongs to it: a state ("Austin TX"), a quarter ("Berlin Kreuzberg",
"Hamburg-Altona")."""

import re
from collections.abc import Set
from typing import Final

from marketplace.places import called, distance_km, fold
from services.sentence.flat import flat
from services.sentence.lands import states

STATE: Final = re.compile(r" (?P<code>[A-Z]{2})(?![^\W_])")
QUARTER: Final = re.compile(r"[ -](?P<name>[^\W\d_]+(?:[ -][^\W\d_]+)?)")
NUMBERED: Final = re.compile(r" \d{1,2} ?(?:er|e|eme|ème)(?![\w-])")
"""An arrondissement: "Paris 15e"."""
BARE: Final = re.compile(
    r" (?:[1-9]|1\d|2[0-3])(?= *(?:$|[,;.!?)]|(?:maintenant|urgent|jetzt|dringend|now|asap)(?!\w)))"
)
OF_NUMBERED: Final = frozenset({"paris", "lyon", "marseille", "wien", "vienna"})
"""Cities whose quarters people call by their numbers."""
HANGING: Final = re.compile(r"-[^\W\d_a-zß-öø-ÿ][^\W\d_]+(?![\w-])")
LARGE: Final = 100_000
"""People of a city of which quarters are named."""
NEAR_KM: Final = 30
"""How far from a city a place of the gazetteer may be to be a quarter of it."""


def state_behind(text: str, end: int) -> tuple[str, int]:
    """Code of the state that follows in capital letters, and where it ends; empty where none does."""
    match = STATE.match(text, end)
    if match and match["code"] in states().values():
        return match["code"], match.end()
    return "", end


def quarter_behind(name: str, text: str, end: int, not_places: Set[str], *, after_in: bool = False) -> int:
    """Where the quarter ends that follows the large city of this name; ``end`` where none does. ``not_places`` are
    flat words that are none: "Wedding" is a quarter of Berlin, and not in "Berlin Wedding Photography". ``after_in``:
    whether a preposition says that a place follows; then whatever hangs on a hyphen is one ("in Köln-Ehrenfeld")."""
    numbered = NUMBERED.match(text, end) or (BARE.match(text, end) if fold(name) in OF_NUMBERED else None)
    if numbered:
        return numbered.end()
    match = QUARTER.match(text, end)
    if match is None or not match["name"][:1].isupper():
        return end
    cities = [city for city, is_own in called(fold(name)) if city.population >= LARGE and is_own]
    for words in (match["name"], re.split(r"[ -]", match["name"])[0]) if cities else ():
        if flat(words) not in not_places and any(
            distance_km(city.latitude, city.longitude, cities[0].latitude, cities[0].longitude) <= NEAR_KM
            for city, is_own in called(fold(words))
            if is_own and city != cities[0]
        ):
            return match.start("name") + len(words)
    hanging = HANGING.match(text, end) if cities and after_in else None
    return hanging.end() if hanging else end
