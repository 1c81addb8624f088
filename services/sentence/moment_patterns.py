"""How people say when, in English, German, Spanish and French: patterns for flat text."""

import re
from typing import Final

from services.sentence.calendar_words import MONTHS, NUMBERS, UNITS
from services.sentence.flat import before, words

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_LONG_MONTH = "|".join(
    sorted((name for name in MONTHS if len(name) > 3 or name in {"may", "mai"}), key=len, reverse=True)
)
_NUMBER = "|".join(sorted(NUMBERS, key=len, reverse=True))
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
BY = (
    r"(?:(?:needed|due|ready|done|finished|delivered|delivery|deadline(?: is)?|fertig|abgabe|entrega|livraison|listo"
    r"|lista) )?(?:by|on or before|before|b4|until|till|til|no later than|due|deadline:?|bis spatestens|spatestens bis"
    r"|spatestens|bis|bis zum|vor|vor dem|para|para el|para antes del?|antes de|antes del|hasta|hasta el"
    r"|a mas tardar el|avant|avant le|pour|pour le|d'ici|d'ici le|d'ici au|jusqu'au|au plus tard le)"
)
ON = (
    r"(?:on|for|for the|fur|fur den|am|der|den|dem|el|le|the|this|next|coming|diesen|nachsten|kommenden|este|proximo"
    r"|el proximo|ce)"
)
FROM = r"(?:from|starting|starting on|ab|des|a partir del?)"
_HOUR = r"(?:\d{1,2}(?::\d\d)? ?(?:am|pm|uhr|h) )?"

ENDS: Final = (
    r" *(?:$|[|.,;:!?)]|-(?: |$)|(?:for|with|please|pls|at|in|on|by|near|if|until|under|max|asap|fur|mit|bitte|im|bei"
    r"|um|ab|bis|von|vor|para|con|en|por|pour|avec|dans|chez|a(?! (?:day|week|month|year|night))"
    r"|(?:and|or|und|oder|y|o|et|ou)(?! *\d))(?!\w))"
)
"""What follows a day that is not the beginning of something else: "for 2.5 hours" is no second of May."""

PART_OF_DAY = (
    r"(?: (?:in the )?(?:morning|afternoon|evening|night|noon)"
    r"| (?:am )?(?:fruh|vormittag|mittag|nachmittag|abend|morgen)"
    r"| (?:matin|midi|apres-midi|soir)| (?:por|en) la (?:manana|tarde|noche)| a mediodia"
    r"| (?:at |um |a las )?\d{1,2}(?::\d\d)? ?(?:am|pm|uhr|h)(?!\w))"
)
TODAY: Final = words(
    rf"(?:{BY} {_HOUR})?(?:today|tonight|eod|end of (?:the )?day|noch heute|heute(?: noch| abend)?|hoy|aujourd'hui"
    r"|ce soir)"
)
TOMORROW: Final = words(
    rf"(?:{BY} {_HOUR})?(?:tomorrow|tmrw|tmr|2morrow|2moro|demain){PART_OF_DAY}?"
    rf"|(?:bis|ab|fur|gleich|schon|noch) morgen{PART_OF_DAY}?|{BY} manana"
)
MORNING_OR_TOMORROW: Final = words(
    r"morgen (?:fruh|vormittag|mittag|nachmittag|abend)|manana (?:mismo|por la (?:manana|tarde|noche))"
    r"|(?:manana|morgen)(?= *(?:$|[,;.!?]))"
)
"""What may be "in the morning" in Spanish and German, too."""
IN_THE_MORNING: Final = before("la|las|esta|cada|en|de|am|an|den|diesen|jeden|guten|zum|heute|gestern")
WITHIN: Final = words(
    r"(?:within|in|in the next|over the next|innerhalb von|innerhalb|innert|binnen|in den nachsten|in|en|dentro de"
    r"|en un plazo de|en menos de|en los proximos|dans|dans les|d'ici|sous|en moins de)"
    r" (?:the |max\.? |maximal )?"
    rf"(?:a (?=couple|few)|ein(?:em)? (?=paar)|un (?=par))?(?P<number>\d{{1,3}}|{_NUMBER})(?: of)?"
    rf" (?P<unit>{_UNIT})(?: max\.?)?"
)
PERIOD: Final = words(
    rf"(?:(?:{BY}|in|within|en|dans|a) )?(?:the |la )?(?P<end>end of |ende |fin(?:es|ales)? de |fin du )?"
    r"(?:(?:la |le |el )?(?P<late_unit>semana|mes|ano|semaine|mois|annee)"
    r" (?P<late_next>que viene|proxim[ao]|prochaine?)"
    r"|(?:(?P<article>der|des|la|le|l'|el|the) |(?P<this>this|diese[rnsm]?|esta?|este|cet|cette|ce) "
    r"|(?P<next>(?:the )?(?:next|coming)|(?:der |die |des )?(?:nachste[rns]?|kommende[rns]?)|(?:la |el )?proxim[ao]) )?"
    r"(?P<unit>week|month|quarter|year|woche|monats?|quartals?|jahres?|semana|mes|ano|semaine|mois|annee))"
)
WITHIN_HOURS: Final = words(
    r"(?:within|in|in the next|innerhalb von|innert|binnen|in den nachsten|en|en menos de|dentro de|dans les|sous"
    r"|en moins de) (?:the |max\.? )?(?P<hours>\d{1,3}) ?(?:h|hrs?|hours?|std\.?|stunden|horas|heures)"
)
QUARTER: Final = words(
    rf"(?:(?:{BY}|in|im|en|au|at) )?(?:the )?(?P<end>end of |ende |finales de |fin (?:de |du )?)?"
    r"(?:q(?P<number>[1-4])|(?P<number2>[1-4])\. quartal)(?: (?P<year>20\d\d))?"
)
WEEKEND: Final = words(
    rf"(?:{BY} )?(?:(?:this|the|at the|on the|over the) weekend|(?:dieses|am|ubers|kommendes) wochenende"
    r"|este fin de semana|ce week-?end"
    r"|(?P<next>next weekend|nachstes wochenende|(?:el )?proximo fin de semana|(?:le )?week-?end prochain))"
)
_YEAR = r"(?:,? (?:de |del )?(?P<year>20[2-9]\d))?"
CHRISTMAS: Final = words(rf"(?:{BY}|zu) (?:christmas|xmas|x-mas|weihnachten|navidad|noel){_YEAR}")
ISO: Final = words(rf"(?:{BY} )?(?:the )?(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)")
WRITTEN: Final = words(
    rf"(?:(?:{BY}|{ON}) )?(?:the )?(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.)?(?: of| de)? ?(?P<month>{_MONTH})\.?"
    rf"|(?P<month2>{_MONTH})\.? (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?)(?:,? (?:de |del )?(?P<year>20\d\d))?"
)
_LEADS_A_DATE = rf"{BY}|{FROM}|on|for|am|den|fur den|zum|vom|ab dem|el|le|du|des le"
NUMERIC: Final = re.compile(
    rf"(?<![\w.,/-])(?:(?:(?P<lead>{_LEADS_A_DATE.replace(' ', ' +')})|{ON.replace(' ', ' +')}) +)?"
    r"(?P<one>\d{1,2})(?P<sign>[./])(?P<two>\d{1,2})(?:(?P=sign)(?P<year>(?:20)?\d\d)|(?P=sign))?(?![\w/]|\.\d)"
)
STANDS_ALONE: Final = re.compile(ENDS)
DAY_ALONE: Final = words(rf"{BY} (?:the )?(?P<day>\d{{1,2}})(?P<ordinal>st|nd|rd|th|er|\.)?(?={ENDS})")
"""A day of this month or the next: "by the 15th", "bis zum 15.", "para el 15"."""
_END = r"(?:end of|late|ende|fin de|fin|finales de|fines de|la fin de)"
MONTH_ALONE: Final = words(
    rf"(?:(?P<by>{BY}|in|im|en|during|{FROM}|at)(?: (?:the )?(?P<end>{_END}))?|(?:the )?(?P<late>{_END})"
    r"|(?P<middle>(?:um )?mitte|(?:a )?mediados de|(?:(?:by|around) )?(?:middle of|mid)|(?:a la )?mi))"
    rf"[ -](?P<month>{_LONG_MONTH}){_YEAR}"
)
SEVEN: Final = re.compile(r"(?:pour|avant|d'ici|jusqu'a|en|des|dans) +sept")
"""Seven in French: "pour sept personnes"."""

IS_BEFORE: Final = re.compile(BY.replace(" ", " +"))
"""What says that a month must not have begun: "before March"."""
