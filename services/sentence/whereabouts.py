"""Places in a sentence: cities of the gazetteer and countries, where the sentence means a place by them.

"Nice website" is no city and "Reading tutor" neither: without a preposition only a large city counts that is no word of
the catalogue; after one ("in Reading"), a name that is written as a name.
"""

import math
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from marketplace.places import City, called, fold
from services.sentence.behind import quarter_behind, state_behind
from services.sentence.calendar_words import DAYS, MONTHS
from services.sentence.flat import Span, flat
from services.sentence.lands import country_called, is_country, land_called, regions
from services.sentence.tongues import is_language

LONGEST: Final = 4
"""Words that the name of a place has at most."""
LARGE: Final = 100_000
"""People that a city must have to be meant without a preposition."""
KNOWN_BY_OTHER_NAMES: Final = 500_000
"""People from which another name of a city counts: those of small ones are too often something else."""
CLEARLY_LARGER: Final = 3
"""How many times more people a city must have than its namesakes for its name to mean it."""
WELL_KNOWN: Final = 500_000
"""People that a city must have to be meant rather than a region of this name abroad."""
COMMON_NAMES: Final = frozenset(
    """
    new york|nyc|frankfurt|wien|munchen|nurnberg|genf|geneve|rom|roma|mailand|milano|turin|torino|venedig|venezia
    |neapel|napoli|florenz|firenze|prag|praha|warschau|warszawa|krakau|lissabon|lisboa|brussel|bruxelles|kopenhagen
    |athen|moskau|londres|sevilla|den haag|the hague
    """.replace("\n    ", "").split("|")
)
"""Other names of cities that mean them without a preposition too: "logos" is no Lagos."""
WORLD_FAMOUS: Final = 25
"""How many times more people a city abroad must have than one in the reader's country to be meant rather than that."""
WORD: Final = re.compile(r"[^\W\d_]+(?:[.'-][^\W\d_]+)*\.?", re.UNICODE)
IN: Final = re.compile(
    r"(?<![\w-])(?P<word>in(?: the (?:area|city|centre|center|town|region|heart|north|south|east|west) of)?"
    r"|near|nearby|around|at|based in|located in|close to|within"
    r"|im raum|raum|bei|nahe|in der nahe von|um|rund um|aus|im|en(?: la ciudad de)?|cerca de|alrededor de|a|de|dans|au"
    r"|aux|pres de|autour de|region|vers)(?P<article> (?:the|der|die|den|el|la|los|le|les))?"
    r"(?: (?:[a-z]{1,2}-)?\d{4,5})? $"
)
"""What leads to a place, with its postal code if there is one: "in 10115 Berlin"."""
ELSEWHERE: Final = re.compile(
    r"(?<![\w-])(?:from|to|of|called|named|by|von|nach|namens|desde|hasta|para|pour|fur|for) $"
)
"""Before a name it says whence, whither or whose, not where the work is."""
STANDS_ALONE: Final = re.compile(
    r" *(?:$|[|.,;:!?)/-]|(?:for|to|on|who|that|with|by|until|next|this|please|ca|max|budget|fur|mit|bis|am|bitte"
    r"|por|para|con|que|pour|avec|qui|le|now|maintenant|jetzt|asap|urgent|dringend)(?!\w))"
)
POSTAL: Final = re.compile(r",? (?:[a-z]{1,2}-)?(?!20[23]\d(?!\d))\d{4,5}(?!\d|[.,]\d|[\w%$€£]| ?(?:words|worter))")
"""A postal code behind a city, which no year is: "Wien 1100"."""
RUNS_ON: Final = re.compile(r" [^\W\d_a-zß-öø-ÿ]")
"""Another word with a capital letter: "Central Park", "London Bridge"."""
THING: Final = re.compile(
    r"(?<![\w-])(?:(?:of|with|like|as|for|is|need|want|draw|paint|make|build) a|an|the|my|your|our"
    r"|(?:m|d|k)?ein(?:e[nmrs]?)?|un|una|une|mi|el|la|le|mon|ma) $"
)
"""Before a thing or a creature that a city is called like: "tattoo of a phoenix", "podar una palma"."""
SPARING: Final = re.compile(r"(?:^|[.!?:]\s+)\W*\w|\b(?:I|[A-Z]{2,})\b")
"""Capital letters that say nothing of how somebody writes names: phones put the first one, "I" and "ASAP" have them."""
SOFT: Final = frozenset({"a", "de", "um", "aus", "at", "within", "vers", "around", "raum", "region", "bei"})
SOFTEST: Final = frozenset({"a", "de", "at", "within"})
"""Prepositions that say other things more often: after them only a large city counts, and after the softest
only one that stands alone."""
ORDINARY: Final = frozenset(
    """
    bath batman bend bo brick bush chin clay commonwealth cork date delta deal dual enterprise forest gold hang ho
    hull independence la lion log male man metro mission mobile most nice normal oral orange pa queens reading
    reservoir rest roman rugby sale sam san se solo soul split spring springs sur surprise te temple terminus tours
    union van wedding best bar same essen halle hof bergen singen siegen worms hamm haar wald regen zug salto paz
    leon sens adelaide allen ann barry brandon carolina charlotte chester david denver elizabeth eugene florence
    franklin frederick garcia gary george gilbert hamilton jackson kennedy kent lawrence leo lincoln logan madison
    martin mary montgomery moore nancy nelson newton norman oliver preston rogers sandy santiago sofia taylor tyler
    victoria virginia vladimir warren wayne young lima jordan carmen soledad merida york una como nada tan cela ende
    pueblo celle centro tema largo libertad vista mitte tanta bau chico azul registro anda fundacion frontera
    resistencia madera gare fier coronel chino ama ventas retiro corrientes americana cerro indio bello amarillo klang
    limpio extrema barra milagro baise estancia encanto adler mito carrefour bosse gama paradise morena capas pilar
    colon rubio eisen goma limon racine hub granja golfe kita horizonte taza salinas breves colina pasto pare
    prosperidad campana acre republica escondido merced mango tete guider jupiter sunrise gardez poblacion manta turbo
    picos massa highland novena manteca bender torrent serra concordia delicias tyre ruse patos homestead candelaria
    orion hoover ode samba espinal lira mascara casper sig mojo napa paisley uptown shoreline chinatown pisco cypress
    tanga soma galle parla moro revere upland goodyear centurion diadema fontana sari bata bam pala jersey
    """.split()  # noqa: SIM905  easier to read and to add to
)
"""Names of cities that are words or first names as well: they need a preposition and a capital letter."""
NO_PLACES: Final = frozenset({"kita", "bau", "eisen"})
"""German words with a capital letter, and cities that nobody means by them."""
THINGS_TOO: Final = frozenset(
    """
    aurora barking boulder buffalo bury chandler columbia concepcion corona derby flint fortaleza garland mercedes mesa
    natal palma plano poole rosario salta sparks
    """.split()  # noqa: SIM905  easier to read and to add to
)
"""Those that many people write small: they need a preposition, or a state behind them ("Aurora CO")."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A country, by its code, and in it a city where one is meant."""

    country: str
    city: City | None = None


@dataclass(frozen=True, slots=True)
class _Name:
    """Some words in a row that may be the name of a place."""

    span: Span
    written: str
    preposition: str
    has_article: bool
    stands_alone: bool
    runs_on: bool
    is_thing: bool
    end: int
    """Where it ends with a state or a quarter right behind it."""

    @property
    def is_firm(self) -> bool:
        """Whether the preposition says that a place follows."""
        return _is_firm(self.preposition)

    @property
    def is_written_as_a_name(self) -> bool:
        return self.written[:1].isupper()


def find_whereabouts(
    text: str, *, flat_text: str, home: str, taken: list[Span], not_places: Set[str]
) -> tuple[Whereabouts, Span] | None:
    """The place that the text means. ``flat_text`` is the same without the pieces that mean something else, ``taken``
    further ones, ``home`` the reader's country, ``not_places`` the flat words of the catalogue."""
    is_lower_case, is_sparing = text == text.lower(), SPARING.sub("", text) == SPARING.sub("", text).lower()
    for name in _names(text, flat_text, taken, not_places):
        key = fold(name.written)
        is_small = is_lower_case or (is_sparing and name.is_firm)
        if not key or _is_other_word(key, name, not_places, is_lower_case=is_small):
            continue
        if key == "us" and not _is_united_states(name, text):
            continue
        country = country_called(key, home)
        if country and name.is_firm:
            return Whereabouts(country), Span(_start(name, flat_text), name.span.end)
        city, end = _city(name, key, text, home)
        if city is not None and not country and not name.has_article:
            return Whereabouts(city.country, city), Span(_start(name, flat_text), end)
    return None


def _names(text: str, flat_text: str, taken: list[Span], not_places: Set[str]) -> Iterator[_Name]:
    """What may be names: those after a preposition first, longer ones before shorter ones."""
    found = [match for match in _words(text, flat_text) if flat_text[match.start()] != "|"]
    rows = []
    for first in range(len(found)):
        for length in range(min(LONGEST, len(found) - first), 0, -1):
            row = found[first : first + length]
            gaps = (text[one.end() : other.start()] for one, other in pairwise(row))
            span = Span(row[0].start(), row[-1].end() - row[-1].group().endswith("."))
            if any(gap != " " for gap in gaps) or any(span.touches(other) for other in taken):
                continue
            if ELSEWHERE.search(flat_text[: span.start]):
                continue
            follows = found[first + length].group() if first + length < len(found) else ""
            leads = first == 0 and flat(follows) in not_places and follows == follows.lower()
            match = IN.search(flat_text[: span.start])
            preposition = _preposition(match, text)
            end = _end(text, span, not_places, after_in=_is_firm(preposition))
            code = POSTAL.match(flat_text, end)
            end = code.end() if code and STANDS_ALONE.match(flat_text, code.end()) else end
            rows.append(
                _Name(
                    span,
                    text[span.start : span.end],
                    preposition=preposition,
                    has_article=bool(match and match["article"]),
                    stands_alone=leads or bool(STANDS_ALONE.match(flat_text[end:])),
                    runs_on=bool(RUNS_ON.match(text[end:])) and flat_text[end + 1] != "|",
                    is_thing=bool(THING.search(flat_text[: span.start])),
                    end=end,
                )
            )
    yield from sorted(rows, key=lambda name: (not name.is_firm, name.span.start))


def _words(text: str, flat_text: str) -> Iterator[re.Match[str]]:
    """The words of the text; of "Hamburg-Altona" the city."""
    for match in WORD.finditer(text):
        city = (
            WORD.match(text, match.start(), match.start() + match.group().find("-")) if "-" in match.group() else None
        )
        if city:
            after_in = _is_firm(_preposition(IN.search(flat_text[: city.start()]), text))
            quarter = quarter_behind(city.group(), text, city.end(), frozenset(), after_in=after_in)
            yield city if quarter >= match.end() else match
        else:
            yield match


def _end(text: str, span: Span, not_places: Set[str], *, after_in: bool) -> int:
    _state, end = state_behind(text, span.end)
    if end > span.end:
        return end
    return quarter_behind(text[span.start : span.end], text, end, not_places, after_in=after_in)


def _is_firm(preposition: str) -> bool:
    return bool(preposition) and preposition not in SOFT


def _preposition(match: re.Match[str] | None, text: str) -> str:
    """The preposition, flat; but French à says more than an English or Spanish a."""
    if match is None:
        return ""
    return "à" if text[match.start("word")] in "àÀ" else match["word"]


def _is_other_word(key: str, name: _Name, not_places: Set[str], *, is_lower_case: bool) -> bool:
    """Whether the words say something else where they stand."""
    if key in DAYS or key in MONTHS or key in NO_PLACES or is_language(key) or (name.is_thing and not name.is_firm):
        return True
    if key in THINGS_TOO and not (name.is_firm and name.stands_alone) and name.end == name.span.end:
        return True
    if key in not_places or key in ORDINARY:
        is_named = name.is_firm and name.is_written_as_a_name and name.stands_alone
        return not (is_named and (key in ORDINARY or is_country(key)))
    needs_room = not name.preposition or name.preposition in SOFTEST
    if not name.is_firm and (name.runs_on or (needs_room and not name.stands_alone)):
        return True
    return not (name.is_written_as_a_name or is_lower_case)


def _is_united_states(name: _Name, text: str) -> bool:
    """Whether "us" is a country: "the us", "in us", "US"; not in "plumber near us"."""
    is_code = name.written == "US" and not text.isupper()
    return name.has_article or is_code or "in" in name.preposition.split()


def _city(name: _Name, key: str, text: str, home: str) -> tuple[City | None, int]:
    """The city, and where its name ends, with a country or region that follows it after a comma or in brackets."""
    cities = _called(key, by_other_names=name.is_firm or key in COMMON_NAMES)
    hint, end = _hint(text, name.span.end)
    if hint:
        narrowed = [city for city in cities if hint in (city.country, city.admin1)]
        if narrowed:
            return narrowed[0], end
    least = LARGE
    if name.is_firm and not name.runs_on:
        least = 0 if name.is_written_as_a_name else LARGE // 2
    cities = [city for city in cities if city.population >= least]
    cities = [city for city in cities if not _is_less_than_a_region(city, key, home)]
    own = [city for city in cities if city.country == home and city.population * WORLD_FAMOUS > cities[0].population]
    # Zaragoza is another name of Tijuana, too.
    named = [city for city in cities if key in {fold(city.name), fold(city.ascii_name)} and city.population >= LARGE]
    return _clearest(own) or _clearest(named) or _clearest(cities), name.end


def _is_less_than_a_region(city: City, key: str, home: str) -> bool:
    """Whether the name means a region of another country rather: Bali, and not Bāli in India."""
    countries_of = regions().get(key, frozenset())
    return bool(countries_of) and city.country not in {home, *countries_of} and city.population < WELL_KNOWN


def _clearest(cities: list[City]) -> City | None:
    """The largest one, if it is clearly larger than the others; or else the best known, if it clearly is: a city that
    is spoken of elsewhere has names in other languages."""
    for measure in (_population, _fame):
        ranked = sorted(cities, key=measure, reverse=True)
        if ranked and measure(ranked[0]) >= CLEARLY_LARGER * max(map(measure, ranked[1:]), default=0):
            return ranked[0]
    return None


def _population(city: City) -> int:
    return city.population


def _fame(city: City) -> int:
    return city.population * (1 + len(city.alternate_names))


def _hint(text: str, end: int) -> tuple[str, int]:
    """Code of the country, or region as the gazetteer writes it, that follows a city's name; and where it ends."""
    match = re.match(r"(?:, ?| ?\(| in | en )(?:the )?([^\W\d_]+(?: [^\W\d_]+)?)\)?", text[end:])
    if match is None:
        return state_behind(text, end)
    for words in (match[1], match[1].split()[0]):
        place = end + match.start(1) + len(words)
        closing = place + (text[place : place + 1] == ")")
        code = land_called(fold(words))
        if code:
            return code, closing
        if len(words) == 2 and words.isupper():
            return words, closing
    return "", end


def _called(key: str, *, by_other_names: bool) -> list[City]:
    """Cities of this name, the most populous first; by another name only large ones."""
    least = KNOWN_BY_OTHER_NAMES if by_other_names else math.inf
    return [city for city, is_own in called(key) if is_own or city.population >= least]


def _start(name: _Name, flat_text: str) -> int:
    """Where the name begins, with its preposition."""
    match = IN.search(flat_text[: name.span.start])
    return match.start() if match else name.span.start
