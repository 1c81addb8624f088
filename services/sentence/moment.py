"""When the work is to be done, in a sentence: "by Friday", "until 12 March", "within two weeks", "dringend"."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.sentence.calendar_words import DAYS, MONTHS, NUMBERS, UNITS
from services.sentence.flat import Span, before, words


@dataclass(frozen=True, slots=True)
class Moment:
    """The last day, where one is named; ``frame`` as the requests know it: urgent, week, month, quarter, flexible."""

    frame: str
    by: date | None = None


FRAMES: Final = ((1, "urgent"), (13, "week"), (35, "month"), (100, "quarter"))
"""Days up to which a last day fits a time frame, a little more than its name says: people mean it roughly."""

_DAY = "|".join(sorted(DAYS, key=len, reverse=True))
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_LONG_MONTH = "|".join(
    sorted((name for name in MONTHS if len(name) > 3 or name in {"may", "mai"}), key=len, reverse=True)
)
_NUMBER = "|".join(sorted(NUMBERS, key=len, reverse=True))
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_BY = (
    r"(?:(?:needed|due|ready|done|finished|delivered|delivery|deadline(?: is)?|fertig|abgabe|entrega|livraison|listo"
    r"|lista) )?(?:by|on or before|before|until|till|til|no later than|due|deadline:?|bis spatestens|spatestens bis"
    r"|spatestens|bis|bis zum|vor|vor dem|para|para el|para antes del?|antes de|antes del|hasta|hasta el"
    r"|a mas tardar el|avant|avant le|pour|pour le|d'ici|d'ici le|d'ici au|jusqu'au|au plus tard le)"
)
_ON = (
    r"(?:on|for|for the|fur|fur den|am|der|den|dem|el|le|the|this|next|coming|diesen|nachsten|kommenden|este|proximo"
    r"|el proximo|ce)"
)
_HOUR = r"(?:\d{1,2}(?::\d\d)? ?(?:am|pm|uhr|h) )?"

NO_RUSH: Final = words(
    r"no rush|no hurry|not urgent|no deadline|(?:i am|i'm|we are|we're) flexible|flexible (?:on )?(?:timing|time|dates?"
    r"|deadline)|any ?time|whenever|keine eile|eilt nicht|nicht eilig|nicht dringend|zeitlich flexibel|jederzeit"
    r"|sin prisas?|no es urgente|sin urgencia|pas presse|pas urgent|pas d'urgence|rien ne presse"
)
URGENT: Final = words(
    r"a\.?s\.?a\.?p\.?|as soon as possible|as fast as possible|(?:very )?urgent(?! care)|urgently|immediately|right"
    r" away|at once|(?:sehr )?dringend|ab sofort|sofort|eilig|eilt|so schnell wie moglich|so bald wie moglich"
    r"|schnellstmoglich|baldmoglichst|(?:muy )?urgente"
    r"|urgentemente|cuanto antes|lo antes posible|de inmediato|tres urgente?"
    r"|en urgence|d'urgence|des que possible|le plus vite possible|au plus vite|immediatement|tout de suite"
)
_PART_OF_DAY = (
    r"(?: (?:in the )?(?:morning|afternoon|evening|night|noon)"
    r"| (?:am )?(?:fruh|vormittag|mittag|nachmittag|abend|morgen)"
    r"| (?:matin|midi|apres-midi|soir)| (?:por|en) la (?:manana|tarde|noche)| a mediodia)"
)
TODAY: Final = words(rf"(?:{_BY} {_HOUR})?(?:today|tonight|noch heute|heute(?: noch| abend)?|hoy|aujourd'hui|ce soir)")
TOMORROW: Final = words(
    rf"(?:{_BY} {_HOUR})?(?:tomorrow|demain){_PART_OF_DAY}?|(?:bis|ab|fur|gleich|schon|noch) morgen{_PART_OF_DAY}?"
    rf"|{_BY} manana"
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
    rf"(?:(?:{_BY}|in|within|en|dans|a) )?(?:the |la )?(?P<end>end of |ende |fin(?:es|ales)? de |fin du )?"
    r"(?:(?:la |le |el )?(?P<late_unit>semana|mes|ano|semaine|mois|annee)"
    r" (?P<late_next>que viene|proxim[ao]|prochaine?)"
    r"|(?:(?P<article>der|des|la|le|l'|el|the) |(?P<this>this|diese[rnsm]?|esta?|este|cet|cette|ce) "
    r"|(?P<next>(?:the )?(?:next|coming)|(?:der |die |des )?(?:nachste[rns]?|kommende[rns]?)|(?:la |el )?proxim[ao]) )?"
    r"(?P<unit>week|month|quarter|year|woche|monats?|quartals?|jahres?|semana|mes|ano|semaine|mois|annee))"
)
WEEKEND: Final = words(rf"(?:{_BY} )?(?:this weekend|dieses wochenende|am wochenende|este fin de semana|ce week-?end)")
CHRISTMAS: Final = words(rf"(?:{_BY}|zu) (?:christmas|weihnachten|navidad|noel)")
EACH: Final = before(
    r"every|each|jeden|jeder|cada|chaque|todos los|tous les|black|cyber|good|ash|palm|to|through|and|or|und|et|y|[-/&]"
)
"""Before a day that comes again and again, or is a name: "every Friday", "Monday to Friday", "Black Friday"."""
DAY_BEFORE: Final = before(rf"(?:{_DAY})s?")
"""Before the end of a range of days: "Montag bis Freitag"."""
_LONG_DAY = "|".join(name for name in DAYS if len(name) > 4)
_FURTHER_DAY = rf" ?(?:-|/|&|to|and|or|through|till|bis|und|oder|a|y|o|et|ou|au) ?(?:{_DAY})s?"
WEEKDAY: Final = words(
    rf"(?:(?:{_BY}|{_ON})(?: (?:this|next|coming|nachsten|kommenden|el|le|proximo))? (?P<day>{_DAY})"
    rf"|(?P<alone>{_LONG_DAY})(?! (?:school|roast|prayer|times|service|club|market)|\.\w)(?!{_FURTHER_DAY}))"
    r"(?P<week> (?:next week|in a week|nachste woche|in einer woche|de la semana que viene|de la semaine prochaine))?"
    rf"(?: (?:que viene|prochain|proximo))?{_PART_OF_DAY}?(?: (?:at the latest|spatestens))?"
)
ISO: Final = words(rf"(?:{_BY} )?(?:the )?(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)")
WRITTEN: Final = words(
    rf"(?:(?:{_BY}|{_ON}) )?(?:the )?(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.)?(?: of| de)? ?(?P<month>{_MONTH})\.?"
    rf"|(?P<month2>{_MONTH})\.? (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?)(?:,? (?:de |del )?(?P<year>20\d\d))?"
)
NUMERIC: Final = re.compile(
    rf"(?<![\w.,/-])(?:(?:{_BY.replace(' ', ' +')}|{_ON.replace(' ', ' +')}) +)?"
    r"(?P<one>\d{1,2})(?P<sign>[./])(?P<two>\d{1,2})(?:(?P=sign)(?P<year>(?:20)?\d\d)|(?P=sign))?(?![\w/]|\.\d)"
)
MONTH_ALONE: Final = words(
    rf"(?P<by>{_BY}|in|im|en|during)(?: (?:the )?(?P<end>end of|ende|fin de|finales de|fines de|la fin de))?"
    rf" (?P<month>{_LONG_MONTH})"
)

Found = tuple[Moment, Span]


def find_moment(text: str, *, today: date, locale: str) -> Found | None:
    """When, by the flat ``text``; the first of what it says where it says several things. ``locale`` tells whether
    3/4 is in March."""
    for read in READERS:
        found = next(read(text, today, locale), None)
        if found:
            return found
    return None


def frame_of(last: date, *, today: date) -> str:
    """The time frame that a last day fits."""
    days = (last - today).days
    return next((name for most, name in FRAMES if days <= most), "flexible")


def _by(last: date, today: date, match: re.Match[str]) -> Found:
    return Moment(frame_of(last, today=today), last), Span(*match.span())


def _fixed(pattern: re.Pattern[str], frame: str) -> Callable[[str, date, str], Iterator[Found]]:
    def read(text: str, today: date, locale: str) -> Iterator[Found]:
        for match in pattern.finditer(text):
            yield Moment(frame), Span(*match.span())

    return read


def _near(pattern: re.Pattern[str], days: int) -> Callable[[str, date, str], Iterator[Found]]:
    def read(text: str, today: date, locale: str) -> Iterator[Found]:
        for match in pattern.finditer(text):
            yield _by(today + timedelta(days=days), today, match)

    return read


def _within(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in WITHIN.finditer(text):
        number = int(match["number"]) if match["number"].isdigit() else NUMBERS[match["number"]]
        yield _by(today + timedelta(days=number * UNITS[match["unit"]]), today, match)


def _period(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in PERIOD.finditer(text):
        is_next = bool(match["next"] or match["late_next"])
        if is_next or match["end"] or match["this"]:
            yield _by(_end_of((match["unit"] or match["late_unit"])[:2], today, later=is_next), today, match)


def _end_of(unit: str, today: date, *, later: bool) -> date:
    """The last day of this or the next week, month, quarter or year."""
    if unit in {"we", "wo", "se"}:
        return today + timedelta(days=6 - today.weekday() + 7 * later)
    if unit in {"mo", "me"}:
        return _last_of_month(today.year, today.month + later)
    if unit == "qu":
        return _last_of_month(today.year, (today.month - 1) // 3 * 3 + 3 + 3 * later)
    return date(today.year + later, 12, 31)


def _last_of_month(year: int, month: int) -> date:
    """The month's last day; months go on counting into the next year."""
    first_after = date(year + month // 12, month % 12 + 1, 1)
    return first_after - timedelta(days=1)


def _weekend(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in WEEKEND.finditer(text):
        yield _by(_end_of("we", today, later=False), today, match)


def _christmas(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in CHRISTMAS.finditer(text):
        yield from _dated(match, 24, 12, 0, today)


def _weekday(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in WEEKDAY.finditer(text):
        head = text[: match.start()]
        if (EACH if match["alone"] else DAY_BEFORE).search(head):
            continue
        day = DAYS[match["day"] or match["alone"]]
        ahead = 7 - today.weekday() + day if match["week"] else (day - today.weekday()) % 7 or 7
        yield _by(today + timedelta(days=ahead), today, match)


def _tomorrow(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in MORNING_OR_TOMORROW.finditer(text):
        if not IN_THE_MORNING.search(text[: match.start()]):
            yield _by(today + timedelta(days=1), today, match)


def _iso(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in ISO.finditer(text):
        yield from _dated(match, int(match["day"]), int(match["month"]), int(match["year"]), today)


def _written(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in WRITTEN.finditer(text):
        day, month = match["day"] or match["day2"], MONTHS[match["month"] or match["month2"]]
        yield from _dated(match, int(day), month, int(match["year"] or 0), today)


def _numeric(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in NUMERIC.finditer(text):
        day, month = int(match["one"]), int(match["two"])
        is_whole = bool(match["year"]) or match.group().endswith(".") or re.match(r"\D", match.group())
        if not is_whole:  # 24/7, 1.5
            continue
        if match["sign"] == "/" and locale.endswith("_US") and month <= 31 and day <= 12:
            day, month = month, day
        year = int(match["year"] or 0)
        yield from _dated(match, day, month, year + 2000 * (0 < year < 100), today)


def _dated(match: re.Match[str], day: int, month: int, year: int, today: date) -> Iterator[Found]:
    """The day, in the year to come where none is named; nothing where there is no such day, or it is over."""
    for possible in (year,) if year else (today.year, today.year + 1):
        try:
            last = date(possible, month, day)
        except ValueError:
            continue
        if last >= today:
            yield _by(last, today, match)
            return


def _month_alone(text: str, today: date, locale: str) -> Iterator[Found]:
    for match in MONTH_ALONE.finditer(text):
        month = MONTHS[match["month"]]
        is_before = match["by"] not in {"in", "im", "en", "during"} and not match["end"]
        year = today.year + (month < today.month)
        last = _last_of_month(year, month - 1) if is_before and month != today.month else _last_of_month(year, month)
        yield _by(max(last, today), today, match)


READERS: Final = (
    _fixed(NO_RUSH, "flexible"),
    _iso,
    _written,
    _numeric,
    _within,
    _weekday,
    _near(TODAY, 0),
    _near(TOMORROW, 1),
    _tomorrow,
    _weekend,
    _christmas,
    _period,
    _month_alone,
    _fixed(URGENT, "urgent"),
)
"""Exact days before vague words: "urgent, by Friday" is Friday."""
