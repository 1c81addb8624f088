"""Whether the work is done remotely or on site, in a sentence."""

import re
from typing import Final

from services.sentence.flat import Span, words

FUNCTION: Final = (
    r" *(?:$|[.,;:!?)(/\n-]|(?:or|and|only|please|ok|okay|is|if|possible|preferred|work|working|job|position|for|in"
    r"|with|by|under|via|from|oder|und|nur|bitte|moglich|bevorzugt|fur|mit|bis|unter|o|y|solo|por|para|con|de|hasta|ou|et"
    r"|seulement|pour|avec|sur|uniquement)(?!\w))"
)
"""What may follow "online" where it says how the work is done: "online shop" is what is wanted."""
REMOTE: Final = words(
    r"(?:(?:fully|100 %|100%|completely|can be|ideally|preferably|gerne|am liebsten|komplett"
    r"|only|nur|ausschliesslich|solo|uniquement|seulement) )?(?:"
    r"remote(?:ly)?(?! (?:control|sensing|desktop|access|car|server|monitoring|viewing|island|patient|start))"
    r"|work(?:ing)? from home(?! (?:setup|office|desk|space|room|furniture|equipment))|from anywhere"
    r"|anywhere in the world|(?:aus der ferne|ortsunabhangig)|(?:arbeit(?:en)?|job|stelle|tatigkeit) im home ?office"
    r"|von uberall|en remoto|a distancia(?! de \d)|teletrabajo|remoto"
    r"|a distance(?! (?:of|from|between|de \d))|(?:en )?teletravail|en distanciel"
    rf"|(?:online|over zoom|via zoom|per video|en linea|en ligne|por zoom|par zoom|(?:en|par) visio"
    rf"|(?:en )?visioconference|por videollamada)(?={FUNCTION}))"
    r"(?: (?:work|working|only|please|ok|okay|is fine|possible|moglich|job|nur|bitte))?"
)
ON_SITE: Final = words(
    r"on-?site(?! (?:seo|search|optimi))|on site|in[ -]person|face to face|at my (?:place|home|house|office)"
    r"|in (?:my|our) (?:office|home|house|apartment|flat)|vor ort|bei (?:mir|uns)(?: (?:zu hause|daheim|im buro))?"
    r"|in unserem buro|presencial(?:es|mente)?|en persona|a domicilio|en mi (?:casa|oficina)|sur place|en presentiel"
    r"|a domicile|chez (?:moi|nous)"
)
ONLINE: Final = re.compile(r"online|en linea|en ligne")
_THING = (
    r"(?:shop|store|marketing|sales|bookings?|payments?|forms?|presence|reputation|publicidad|presencia|reputacion"
    r"|verkauf|werbung)"
)
_THING_OF = (
    r"(?:tiendas?|ventas?|reservas?|pagos?|formularios?|catalogos?|boutiques?|magasins?|ventes?|reservations?"
    r"|paiements?|formulaires?|catalogues?)"
)
_OFFER = r"(?:sell(?:ing)?|advertis(?:e|ing)|promot(?:e|ing)|verkaufe?n?|vend(?:er|o|emos|re|s|ons))"
ONLINE_ITSELF: Final = re.compile(rf"(?<!\w)(?:{_THING}|(?:{_THING_OF}|{_OFFER})(?: [^\s,.;:!?|]+){{0,3}}) +$")
"""Before "online": what is so itself, and says nothing of how the work is done: "tienda de ropa online"."""
DISTANCE: Final = re.compile(r"a distanc(?:e|ia)")
NO_DISTANCE: Final = re.compile(
    r"(?<!\w)(?:at|from|within|for|over|such|quite|mandos?|control|controles?|commandes?|interruptor\w*) +$"
)
"""Before "a distance" (English) and "a distancia": "for a distance of 200 miles", "mando a distancia"."""
REMOTE_THING: Final = re.compile(r"(?<!\w)(?:control|controles|mandos?|escritorios?|accesos?|servidor\w*) +$")
"""Before "remoto": a remote control or desktop."""
PRICE: Final = re.compile(r"(?:[\d|€$£]|euros?|eur|usd|gbp|dollars|pounds|bucks) +$")
"""Before "per video" it is a price."""
BOTH: Final = words(r"hybrid(?! (?:car|app|mobile|event|bike|vehicle))|hibrido|hybride(?! (?:app|veranstaltung))")


def find_manner(text: str) -> tuple[str, list[Span]] | None:
    """``remote``, ``on_site`` or ``both``, as service pages name it, and where the flat ``text`` says so."""
    remote, on_site, both = ([Span(*match.span()) for match in each.finditer(text)] for each in (REMOTE, ON_SITE, BOTH))
    remote = [span for span in remote if not _is_of_something(text, span)]
    spans = remote + on_site + both
    if not spans:
        return None
    if both or (remote and on_site):
        return "both", spans
    return ("remote" if remote else "on_site"), spans


def _is_of_something(text: str, span: Span) -> bool:
    """Whether the words for remote work belong to what stands before them."""
    words, head = text[span.start : span.end], text[: span.start]
    return any(
        word.match(words) and of.search(head)
        for word, of in (
            (re.compile("per"), PRICE),
            (ONLINE, ONLINE_ITSELF),
            (DISTANCE, NO_DISTANCE),
            (re.compile("remoto"), REMOTE_THING),
            (re.compile("work"), re.compile(r"(?<!\w)for +$")),
        )
    )


def joined(text: str, spans: list[Span]) -> list[Span]:
    """The pieces, with an "or" that stands between two of them."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and re.fullmatch(r" *(?:or|and|/|oder|und|o|y|ou|et|,) *", text[found[-1].end : span.start]):
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found
