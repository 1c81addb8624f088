"""In which language a page is written, so that its words are cut to their stems by the right rules."""

from collections.abc import Mapping, Sequence
from typing import Final

from services.search.words import WORD

USUAL: Final = "en"
OFTEN: Final[Mapping[str, frozenset[str]]] = {
    code: frozenset(words.split())
    for code, words in {
        "da": "og i det at en den til er som på de med han af for ikke der var mig sig men et har vi jeg",
        "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch wir ich ihre oder",
        "en": "the of and to in a is that for it with as was on be by at are this from or an your you my we i have",
        "es": "de la que el en y a los se del las un por con no una su para es al lo como más o mi sus nuestro",
        "fi": "ja on ei se että hän oli mutta kun en joka myös tai sekä olen ovat kanssa",
        "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se vous je votre nous",
        "hu": "a az és hogy nem is egy ez meg csak de van volt mint vagy minden",
        "it": "di e il la che in a per un è del non si con della le da i una al sono delle più come mi",
        "nl": "de van een het en in is dat op te zijn met voor niet aan er om ook als maar uw ik wij of door",
        "no": "og i det på som er en til å han av for med at var de ikke den har jeg om et vi",
        "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como mas seu sua ou",
        "ro": "și de în la cu pe un o nu care din pentru este se mai sunt sau ca al",
        "ru": "и в не на я быть он с что а по это она этот к но они мы весь который для из",
        "sv": "och i att det som en på är av för med till den har de inte om ett han men var jag vi",
        "tr": "ve bir bu da de için ile çok ne gibi daha olan olarak en ben o mi",
    }.items()
}
"""Function words that often occur in a language: every longer text has some of them."""


def written_in(text: str, spoken: Sequence[str]) -> str:
    """The code (ISO 639-1) of the language that the text is probably written in, among those the provider speaks, and
    English. Where no word tells, the first one spoken whose rules we know."""
    known = [code for code in dict.fromkeys([*spoken, USUAL]) if code in OFTEN]
    words = WORD.findall(text[:2000].casefold())
    return max(known, key=lambda code: (sum(word in OFTEN[code] for word in words), -known.index(code)))


def configuration(code: str) -> str:
    """The text search configuration of a language."""
    return "marketplace" if code == USUAL else f"marketplace_{code}"
