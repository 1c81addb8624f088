"""From a folder to texts for the services of the catalogue."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from marketplace.demo.arguments import DemoRefused
from marketplace.demo.catalogue import Trade
from marketplace.demo.outside import esco, onet
from marketplace.demo.outside.occupation import Occupation
from marketplace.validators import CONTROLS, ENDS_OF_LINES
from services.search.embedding.chosen import embedder

READERS: Final[dict[str, Callable[[Path], Iterator[Occupation]]]] = {
    onet.MAIN: onet.read_onet,
    esco.MAIN: esco.read_esco,
}
ALIKE: Final = 0.5
"""Cosine from which an occupation counts as one of those who offer a service."""
MOST: Final = 40
"""Occupations of one service."""


def add_outside(trades: list[Trade], folder: str) -> None:
    """Gives each trade the occupations of the folder that fit its services. Raises DemoRefused where none does."""
    occupations = _read(Path(folder).expanduser())
    services = [service for trade in trades for service in trade.services]
    wanted = embedder().embed([", ".join([service.name, *service.synonyms[:5]]) for service in services])
    given = embedder().embed([", ".join([each.name, *each.titles[:5]]) for each in occupations])
    likeness = given @ wanted.T
    nearest = likeness.argmax(axis=1)
    found: dict[int, list[tuple[float, Occupation]]] = {}
    for place, occupation in enumerate(occupations):
        closeness = float(likeness[place, nearest[place]])
        if closeness >= ALIKE:
            found.setdefault(services[nearest[place]].pk, []).append((closeness, occupation))
    if not found:
        raise DemoRefused(f"None of the occupations in {folder} fits a service of the catalogue.")
    for trade in trades:
        for service in trade.services:
            best = sorted(found.get(service.pk, ()), key=lambda pair: -pair[0])[:MOST]
            trade.outside.update({service.pk: [occupation for _closeness, occupation in best]} if best else {})


def _read(folder: Path) -> list[Occupation]:
    if not folder.is_dir():
        raise DemoRefused(f"There is no folder {folder} to read texts from.")
    tables = [(path, READERS[name]) for name in READERS for path in sorted(folder.rglob(name))]
    if not tables:
        raise DemoRefused(f"{folder} holds no texts that the demo can read: neither {' nor '.join(READERS)}.")
    found = [occupation for path, reader in tables for occupation in _read_table(path, reader)]
    if not found:
        raise DemoRefused(f"The tables in {folder} hold no occupation that says what people do.")
    return found


def _read_table(path: Path, reader: Callable[[Path], Iterator[Occupation]]) -> list[Occupation]:
    try:
        return [each for each in map(_clean, reader(path)) if each.name and each.tasks]
    except KeyError as error:
        raise DemoRefused(f"{path} has no column {error}.") from error
    except (UnicodeDecodeError, csv.Error, OSError, TypeError) as error:
        raise DemoRefused(f"{path} cannot be read: {error}") from error


def _clean(occupation: Occupation) -> Occupation:
    """Without what no text of a page may hold."""
    return replace(
        occupation,
        name=_line(occupation.name),
        titles=_lines(occupation.titles),
        tasks=_lines(occupation.tasks),
        skills=_lines(occupation.skills),
    )


def _lines(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text for text in map(_line, texts) if text)


def _line(text: str) -> str:
    return " ".join(CONTROLS.sub("", ENDS_OF_LINES.sub(" ", text)).split())
