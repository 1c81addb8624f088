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
    r"|work(?:ing)? from home|from anywhere|anywhere in the world|(?:aus der ferne|ortsunabhangig|im home ?office)"
    r"|von uberall|en remoto|a distancia|teletrabajo|remoto|a distance|(?:en )?teletravail|en distanciel"
    rf"|(?:online|over zoom|via zoom|per video|en linea|en ligne|por zoom|par zoom"
    rf"|(?:en )?visio(?:conference)?|por videollamada)(?={FUNCTION}))"
    r"(?: (?:work|working|only|please|ok|okay|is fine|possible|moglich|job|nur|bitte))?"
)
ON_SITE: Final = words(
    r"on-?site(?! (?:seo|search|optimi))|on site|in[ -]person|face to face|at my (?:place|home|house|office)"
    r"|in (?:my|our) (?:office|home|house|apartment|flat)|vor ort|bei (?:mir|uns)(?: (?:zu hause|daheim|im buro))?"
    r"|in unserem buro|presencial(?:es|mente)?|en persona|a domicilio|en mi (?:casa|oficina)|sur place|en presentiel"
    r"|a domicile|chez (?:moi|nous)"
)
PRICE: Final = re.compile(r"(?:[\d|€$£]|euros?|eur|usd|gbp|dollars|pounds|bucks) +$")
"""Before "per video" it is a price."""
BOTH: Final = words(r"hybrid(?! (?:car|app|mobile|event|bike|vehicle))|hibrido|hybride(?! (?:app|veranstaltung))")


def find_manner(text: str) -> tuple[str, list[Span]] | None:
    """``remote``, ``on_site`` or ``both``, as service pages name it, and where the flat ``text`` says so."""
    remote, on_site, both = ([Span(*match.span()) for match in each.finditer(text)] for each in (REMOTE, ON_SITE, BOTH))
    remote = [span for span in remote if not (text.startswith("per", span.start) and PRICE.search(text[: span.start]))]
    spans = remote + on_site + both
    if not spans:
        return None
    if both or (remote and on_site):
        return "both", spans
    return ("remote" if remote else "on_site"), spans


def joined(text: str, spans: list[Span]) -> list[Span]:
    """The pieces, with an "or" that stands between two of them."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and re.fullmatch(r" *(?:or|and|/|oder|und|o|y|ou|et|,) *", text[found[-1].end : span.start]):
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found
