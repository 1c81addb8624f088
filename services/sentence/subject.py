"""What a sentence asks for, without for whom and what else."""

import re
from typing import Final

from services.sentence.flat import flat

GREETING: Final = re.compile(r"^(?:hi|hello|hallo|hola|bonjour|please|bitte)[ ,!]+")
_ENGLISH = (
    r"(?:i|we)(?: (?:need|want|would like|am|are)|'(?:m|re|d)(?: like)?)(?: looking| searching)?(?: for| to have)?"
    r"|(?:looking|searching) for|need|wanted"
)
_GERMAN = (
    r"ich (?:brauche|brauchte|benotige|suche|mochte)|wir (?:brauchen|benotigen|suchen)|ich hatte gerne?|gesucht|suche"
    r"|suchen|brauche|benotige"
)
_SPANISH = (
    r"necesito|necesitamos|busco|buscamos|(?:estoy|estamos) buscando|quiero|queremos|quisiera|me gustaria|se busca"
    r"|se necesita"
)
_FRENCH = (
    r"(?:j'ai|j'aurais|nous avons|on a) besoin de|(?:je|on) (?:cherche|recherche)|je (?:voudrais|souhaite|veux)"
    r"|j'aimerais|nous (?:cherchons|recherchons|voudrions)|cherche|recherche"
)
OPENING: Final = re.compile(
    rf"^(?:(?:{_ENGLISH}|{_GERMAN}|{_SPANISH}|{_FRENCH})(?: *:)?(?: +|$)"
    r"|(?:j'ai|j'aurais|nous avons|on a) besoin d')"
)
ARTICLES: Final = re.compile(r"^(?:(?:a|an|the|some|ein|eine|einen|un|una|une|des|d'un|d'une) +)+")
SOMEONE: Final = re.compile(
    r"^(?:someone|somebody|anyone) (?:to|who (?:can|could|will)|that can) +"
    r"|^alguien (?:para|que pueda) +(?=\w+[aei]r(?:me|nos|l[aeo]s?)?(?!\w))"
    r"|^quelqu'un (?:pour|qui (?:peut|puisse)) +(?=\w+(?:er|ir|re)(?!\w))"
)
"""Who is wanted, before what she is to do: "someone to fix my sink"."""
FURTHER: Final = re.compile(
    r" (?:for|to|of|that|which|who|with|and|fur|zu|das|die|der|mit|para|de|que|con|pour|qui|avec) |[,.;:!?]"
)


def subject(words: str) -> str:
    """What is wanted, flat: "logo" of "I need a logo for my bakery"."""
    return FURTHER.split(flat(without_opening(words)).removeprefix("someone "), maxsplit=1)[0].strip()


def without_opening(words: str) -> str:
    """The words without greeting and "I need a": "Logo for my bakery" of "Hello, I need a Logo for my bakery"."""
    for opening in (GREETING, OPENING, ARTICLES, SOMEONE):
        found = opening.match(flat(words))
        words = words[found.end() :] if found else words
    return words
