"""Languages that the provider must speak, in a sentence: "German speaking", "auf Deutsch", "que hable alemán"."""

import re
from functools import cache
from typing import Final

from marketplace.languages import LANGUAGES, language_name
from services.sentence.flat import Span, flat, words

READ_IN: Final = ("en", "de", "es", "fr")
"""Languages in which the names of languages are known."""
SPEAKERS: Final = {
    **dict.fromkeys(("deutschsprachig", "deutschsprechend", "germanophone", "germanohablante"), "de"),
    **dict.fromkeys(("englischsprachig", "englischsprechend", "anglophone", "angloparlante", "anglohablante"), "en"),
    **dict.fromkeys(("franzosischsprachig", "franzosischsprechend", "francophone", "francoparlante"), "fr"),
    **dict.fromkeys(("spanischsprachig", "spanischsprechend", "hispanophone", "hispanohablante"), "es"),
    **dict.fromkeys(("italienischsprachig", "italophone"), "it"),
    **dict.fromkeys(("turkischsprachig", "turcophone"), "tr"),
    **dict.fromkeys(("russischsprachig", "russophone"), "ru"),
    **dict.fromkeys(("portugiesischsprachig", "lusophone"), "pt"),
    **dict.fromkeys(("polnischsprachig",), "pl"),
    **dict.fromkeys(("arabischsprachig", "arabophone"), "ar"),
}
IS_THE_WORK: Final = re.compile(
    r"(?<!\w)(?:translat|ubersetz|tradu[cz]|interpret|dolmetsch|subtitl|untertitel|sous-titr|subtitul|locali[sz]"
    r"|lokalisier|proofread|lektor|korrektor|copywrit|lessons?|tutor|learn|teach|unterricht|nachhilfe|lernen|kurs|clases"
    r"|aprender|profesor|cours|apprendre|professeur|lecons|voice.?over|write|writing|schreib|texte|redac|redig)"
)
"""Work of which a language is the subject, so that "in German" says what is made and not who makes it."""


TRANSLATION: Final = re.compile(r"(?<!\w)(?:translat|ubersetz|tradu[cz]|traduire|traduis|dolmetsch)")


def find_tongues(text: str) -> list[tuple[str, Span]]:
    """Codes of the languages that the flat ``text`` asks the provider to speak, each once, in their order."""
    found: dict[str, tuple[str, Span]] = {}
    for pattern in _patterns(with_in=not IS_THE_WORK.search(text)):
        for match in pattern.finditer(text):
            for name in (match["name"], match.groupdict().get("second")):
                code = _names().get(name or "") or SPEAKERS.get((name or "").rstrip("erns") or "")
                if code:
                    found.setdefault(code, (code, Span(*match.span())))
    for match in _speakers().finditer(text):
        code = SPEAKERS[match["name"]]
        found.setdefault(code, (code, Span(*match.span())))
    return sorted(found.values(), key=lambda each: each[1])


def without_pair(text: str) -> str:
    """The text without the languages of a translation: who wants "Übersetzung Deutsch Englisch" learns neither."""
    if not TRANSLATION.search(flat(text)):
        return text
    return " ".join(word for word in text.split() if not is_language(flat(word).strip(".,;:!?")))


def is_language(text: str) -> bool:
    """Whether the flat ``text`` is the name of a language."""
    return text in _names()


@cache
def _patterns(*, with_in: bool) -> tuple[re.Pattern[str], ...]:
    name = "|".join(sorted(map(re.escape, _names()), key=len, reverse=True))
    pair = rf"(?P<name>{name})(?:(?: and | or |/| & | und | oder | y | o | et | ou )(?P<second>{name}))?"
    speaking = rf"{pair}[ -](?:speaking|speaker|sprechend|sprachig)(?:e[rnms]?)?(?: (?:only|please))?"
    patterns = [
        rf"{speaking}(?! (?:course|lesson|practice|coach|test|exam|class|club|partner|training|skills))",
        rf"(?:(?:who|that|must|should|can|and|has to|needs to) )?(?:speaks?|speaking|fluent in|native in) {pair}",
        rf"(?:(?:fluent|native) )(?P<name>{name})(?: speaker)?(?! (?:translat|teach|tutor))",
        rf"(?:(?:der|die|mit|muss|soll) )?(?:spricht|sprechen|fliessend(?:es)?|gutes) {pair}(?: (?:spricht|sprechen))?",
        rf"(?:der|die|muss|soll(?:te)?) {pair} (?:spricht|sprechen|kann|konnen)",
        rf"(?:que )?(?:habla|hable|hablen|hablan|hablando|de habla) {pair}",
        rf"(?:(?:qui|doit|sachant) )?(?:parle|parler|parlant|parlent) (?:le |l'|couramment (?:le |l')?)?{pair}",
    ]
    if with_in:
        patterns.append(rf"(?:in|auf|en) {pair}(?! (?:translat|lesson|class|course|style|cuisine|food))")
    return tuple(words(pattern.replace("fliessend", "flies?send")) for pattern in patterns)


@cache
def _speakers() -> re.Pattern[str]:
    return words(rf"(?P<name>{'|'.join(SPEAKERS)})(?:e[rnms]?|s)?")


@cache
def _names() -> dict[str, str]:
    """Codes by the flat names of the languages, in all languages that are read."""
    found: dict[str, str] = {}
    for code in LANGUAGES:
        for locale in READ_IN:
            name = flat(language_name(code, locale))
            if name.isalpha() and len(name) > 2:
                found.setdefault(name, code)
    return found
