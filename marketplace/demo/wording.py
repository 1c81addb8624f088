"""Titles and about texts of service pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from marketplace.demo.banks import Bank, fill, some
from marketplace.demo.catalogue import Trade, within
from marketplace.demo.outside import wording as outside
from services.models import Service

TITLE_MOST: Final = 120
YEARS: Final = (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 18, 20, 22, 25)
TELLING: Final = ("{city}", "{industry}", "{skill}", "{years}")
ADDED: Final = {" in ": "{city}", " with ": "{skill}", " for ": "{industry}", ", ": "{city}"}
"""What a title that says little of its provider gets added, unless it has something of the kind."""


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a page. ``skills`` come on top of those of its services."""

    title: str
    about: str
    skills: Sequence[str] = ()


def write(trade: Trade, service: Service, skills: Sequence[str], city: str, rng: Random) -> Written:
    """The words of one page."""
    words = words_of(service, skills, city, rng.choice(trade.bank.industries), rng)
    found = trade.outside.get(service.pk)
    occupation = rng.choice(found) if found and rng.random() < outside.SHARE else None
    if occupation is None:
        return Written(title(trade.bank, words, rng), about(trade.bank, words, rng))
    return Written(
        outside.title(occupation, words, rng),
        about(trade.bank, words, rng, outside.paragraph(occupation, rng)),
        outside.skills(occupation, rng),
    )


def words_of(service: Service, skills: Sequence[str], city: str, industry: str, rng: Random) -> dict[str, str]:
    """What the placeholders of the phrases stand for."""
    inner = within(service.name)
    return {
        "service": inner,
        "Service": inner[:1].upper() + inner[1:],
        "skill": skills[0] if skills else inner,
        "skill2": skills[1] if len(skills) > 1 else inner,
        "years": str(rng.choice(YEARS)),
        "city": city,
        "industry": industry,
    }


def title(bank: Bank, words: dict[str, str], rng: Random) -> str:
    """A title of at most 120 characters. One that says little of the provider gets something added."""
    phrase = rng.choice(bank.titles)
    text = fill(phrase, words)
    if sum(name in phrase for name in TELLING) < 2:
        said = text.split()
        fitting = [
            f"{link}{words[name.strip('{}')]}"
            for link, name in ADDED.items()
            if link.strip() not in said and name not in phrase and not (link == ", " and "," in text)
        ]
        text += rng.choice(fitting) if fitting else ""
    return text if len(text) <= TITLE_MOST else fill("{Service} in {city}", words)[:TITLE_MOST]


def about(bank: Bank, words: dict[str, str], rng: Random, extra: str = "") -> str:
    """Two to five paragraphs in one of several orders; ``extra`` comes second."""
    opening = " ".join(some(bank.openings, 1, rng))
    method = " ".join(some(bank.methods, rng.choice((1, 1, 2)), rng))
    proof = " ".join(some(bank.proofs, rng.choice((1, 1, 2)), rng))
    closing = " ".join(some(bank.closings, 1, rng))
    got = _deliverables(bank, rng)
    order = rng.choice(
        (
            [f"{opening} {proof}", method, got, closing],
            [f"{opening} {method}", f"{got}\n\n{proof}", closing],
            [opening, f"{proof} {method}", f"{got} {closing}" if "\n" not in got else f"{got}\n\n{closing}"],
            [f"{method} {proof}", got, f"{opening} {closing}"],
            [f"{proof} {opening}", f"{method} {closing}"],
        )
    )
    return "\n\n".join([fill(order[0], words), *([extra] if extra else []), *(fill(each, words) for each in order[1:])])


def _deliverables(bank: Bank, rng: Random) -> str:
    chosen = some(bank.deliverables, rng.choice((2, 3, 3, 4)), rng)
    if rng.random() < 0.3:
        lead = rng.choice(("What you get:", "Always part of it:", "In every order:", "This is included:"))
        return lead + "\n\n" + "\n".join(f"- {each}" for each in chosen)
    listed = ", ".join(chosen[:-1]) + f" and {chosen[-1]}"
    return rng.choice(
        ("You get {0}.", "Included: {0}.", "At the end you have {0}.", "Part of every job: {0}.")
    ).replace("{0}", listed)
