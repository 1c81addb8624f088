"""Phrase banks: sentences by trade, out of which pages and requests are put together."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from marketplace.yaml_files import read_yaml

TEXTS: Final = Path(__file__).parent / "texts"
PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Bank:
    """The phrases of one group; ``requests`` have ``service`` (slug), ``title`` and ``details``, ``asks`` are a
    provider's questions with the client's answers, ``praise`` is what clients say afterwards."""

    group: str
    titles: list[str]
    industries: list[str]
    openings: list[str]
    methods: list[str]
    deliverables: list[str]
    proofs: list[str]
    closings: list[str]
    extras: list[str]
    requests: list[dict[str, str]]
    asks: list[list[str]]
    praise: list[str]


@cache
def banks() -> dict[str, Bank]:
    """All banks by the slug of their group."""
    read = map(read_yaml, sorted(TEXTS.glob("*.yaml")))
    return {bank["group"]: Bank(**bank) for bank in read}


def fill(phrase: str, words: dict[str, str]) -> str:
    """The phrase with its placeholders filled in, its first letter a capital."""
    text = PLACEHOLDER.sub(lambda match: words.get(match[1], match[0]), phrase)
    return text[:1].upper() + text[1:]


def some(phrases: list[str], number: int, rng: Random) -> list[str]:
    """That many of the phrases, each once."""
    return rng.sample(phrases, min(number, len(phrases)))
