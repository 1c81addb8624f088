"""What a sentence asks for, without for whom and what else."""

import re
from typing import Final

from services.sentence.flat import flat

GREETING: Final = re.compile(r"^(?:hi|hello|hallo|hola|bonjour|please|bitte)[ ,!]+")
OPENING: Final = re.compile(
    r"^(?:(?:i|we)(?: (?:need|want|would like|am|are)|'(?:m|re|d)(?: like)?)(?: looking| searching)?(?: for| to have)?"
    r"|(?:looking|searching) for|need|wanted"
    r"|ich (?:brauche|suche|mochte)|wir (?:brauchen|suchen)|gesucht|suche|brauche"
    r"|necesito|necesitamos|busco|buscamos|quiero|se busca"
    r"|(?:j'ai|nous avons) besoin d[e']|je cherche|je voudrais|nous cherchons|cherche|recherche)(?: *:)?(?: +|$)"
)
ARTICLES: Final = re.compile(r"^(?:(?:a|an|the|some|someone|ein|eine|einen|un|una|une|des|d'un|d'une) +)+")
FURTHER: Final = re.compile(
    r" (?:for|to|of|that|which|who|with|and|fur|zu|das|die|der|mit|para|de|que|con|pour|qui|avec) |[,.;:!?]"
)


def subject(words: str) -> str:
    """What is wanted, flat: "logo" of "I need a logo for my bakery"."""
    return FURTHER.split(flat(without_opening(words)), maxsplit=1)[0].strip()


def without_opening(words: str) -> str:
    """The words without greeting and "I need a": "Logo for my bakery" of "Hello, I need a Logo for my bakery"."""
    for opening in (GREETING, OPENING, ARTICLES):
        found = opening.match(flat(words))
        words = words[found.end() :] if found else words
    return words
