"""Makes cities.tsv.gz from GeoNames' cities of 15,000 people and more.

    python -m marketplace.geonames.make_cities ../shared/data/geonames/cities15000.tsv cities.tsv.gz

GeoNames does not say how common an alternate name is. Large cities keep most of theirs; the others keep
those that read like names of their own country or like English ones, by the letters that follow each other.
"""

from __future__ import annotations

import csv
import gzip
import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from marketplace.places import without_diacritics

Row = dict[str, str]

COLUMNS = ("id", "name", "ascii", "country", "admin1", "latitude", "longitude", "population", "timezone")
MOST_ALTERNATES = ((100_000, 50), (40_000, 4), (15_000, 1))
WORD = re.compile(r"[A-Z][A-Za-z .'-]{1,24}")


def ascii_name(name: str) -> str:
    """The name without its diacritics, and without what no keyboard types."""
    return without_diacritics(name).encode("ascii", "ignore").decode()


def key(name: str) -> str:
    """What two spellings of the same name share."""
    return re.sub(r"[^a-z]", "", ascii_name(name).lower())


class Spelling:
    """How likely each letter of a name is after the two before it, learnt from names."""

    def __init__(self, names: list[str]) -> None:
        self.triples: Counter[str] = Counter()
        self.pairs: Counter[str] = Counter()
        for name in names:
            self.triples.update(triples(name))
            self.pairs.update(triple[:2] for triple in triples(name))

    def likelihood(self, name: str) -> float:
        """The mean logarithm over the letters of the name."""
        logs = [math.log((self.triples[triple] + 0.1) / (self.pairs[triple[:2]] + 3)) for triple in triples(name)]
        return sum(logs) / len(logs)


def triples(name: str) -> list[str]:
    """The name's letters, three by three, its ends marked."""
    letters = f"^^{key(name)}$"
    return [letters[start : start + 3] for start in range(len(letters) - 2)]


def useful_alternates(row: Row, spellings: dict[str, Spelling]) -> list[str]:
    """Other names that somebody might type."""
    population = int(row["population"])
    most = next((most for least, most in MOST_ALTERNATES if population >= least), 0)
    candidates = [text for text in row["alternate_names"].split("|") if looks_typed(text)]
    models = (spellings[row["country_code"]], spellings["GB"])
    candidates.sort(key=lambda text: (-max(model.likelihood(text) for model in models), text))
    likeliest: dict[str, str] = {}
    for candidate in candidates:
        likeliest.setdefault(key(candidate), candidate)
    likeliest.pop(key(row["name"]), None)
    return list(likeliest.values())[:most]


def looks_typed(alternate: str) -> bool:
    """Whether it is written like a name, not like a transliteration or an airport."""
    shouted = alternate.isupper() and len(alternate) != 2 and alternate != "NYC"
    return bool(WORD.fullmatch(alternate)) and not shouted and len(key(alternate)) > 1


def reduced(row: Row, spellings: dict[str, Spelling]) -> list[str]:
    """The columns that we keep."""
    name, ascii_form = row["name"], ascii_name(row["name"])
    return [
        row["geonameid"],
        name,
        "" if ascii_form == name else ascii_form,
        row["country_code"],
        row["admin1_code"],
        f"{float(row['latitude']):.3f}",
        f"{float(row['longitude']):.3f}",
        row["population"],
        row["timezone"],
        "|".join(useful_alternates(row, spellings)),
    ]


def make(source: Path, target: Path) -> None:
    """Write the table, the most populous city first."""
    with source.open(encoding="utf-8", newline="") as file:
        cities = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    cities.sort(key=lambda row: (-int(row["population"]), int(row["geonameid"])))
    names: dict[str, list[str]] = defaultdict(list)
    for row in cities:
        names[row["country_code"]].append(row["name"])
    spellings = {country: Spelling(known) for country, known in names.items()}
    lines = ["\t".join((*COLUMNS, "alternates")), *("\t".join(reduced(row, spellings)) for row in cities)]
    # A fixed time makes the same input give the same bytes.
    target.write_bytes(gzip.compress("\n".join(lines).encode() + b"\n", 9, mtime=0))


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
