"""Days of the week in flat text: "by Friday", "nächsten Dienstag", "el sábado por la noche". Not those that come again
and again ("los jueves", "Monday to Friday"), that are over ("since Monday"), or that are names ("Black Friday")."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from services.sentence.calendar_words import DAYS, SHORT_DAYS
from services.sentence.flat import Span, before, words
from services.sentence.moment_patterns import BY, ENDS, FROM, ON, PART_OF_DAY

_DAY = "|".join(sorted(DAYS, key=len, reverse=True))
_LONG = "|".join(name for name in DAYS if name not in SHORT_DAYS)
_SHORT = "|".join(sorted(SHORT_DAYS, key=len, reverse=True))

_LEADS = rf"(?:{BY}|{ON})(?: (?:this|next|coming|nachsten|kommenden|el|le|proximo))?"
_LEADS_SHORT = (
    r"(?:by|before|b4|until|till|til|due(?: on)?|on|this|next|coming|from|starting)(?: (?:this|next|coming))?"
)
_NEXT_WEEK = r"(?:next week|(?:nachste|kommende)r? woche|la semana que viene|la semaine prochaine)"

_FURTHER = (
    rf"(?:{PART_OF_DAY})?"
    rf"(?: ?(?:[-/&+]|to|and|or|through|thru|till?|until) ?(?:on )?(?:{_DAY})"
    r"| ?(?:,|, and|, or|a|al|y|o|et|ou|au|bis|und|oder|hasta|jusqu'au) ?(?:am |el |le |los )?"
    rf"(?:{_LONG}))s?(?!\w)"
)
"""Another day behind one: a range or several, and so no day by which something is done."""
_NAMES_SOMETHING = (
    r" (?:school|roast|prayer|times|service|club|market|gras|saint|santo|de ramos|pasado|passe|dernier|sur deux)(?!\w)"
    r"|\.\w"
)
WEEKDAY: Final = words(
    rf"(?:(?P<lead>{_NEXT_WEEK}) )?"
    rf"(?:{_LEADS} (?P<day>{_LONG})(?: ?(?:or|oder|o|ou|/) ?(?:on |am |el |le )?(?P<or>{_LONG}))?"
    rf"|{_LEADS_SHORT} (?P<short>{_SHORT})(?: ?(?:or|/) ?(?P<or_short>{_SHORT}))?(?={ENDS}|{PART_OF_DAY})"
    rf"(?! ?, ?(?:{_SHORT})(?!\w))"
    rf"|{FROM} (?P<first>{_LONG})|(?P<alone>{_LONG}))(?!{_FURTHER})(?!{_NAMES_SOMETHING})"
    rf"(?P<week> (?:{_NEXT_WEEK}|in a week|in einer woche|de {_NEXT_WEEK}))?"
    rf"(?: (?:que viene|prochain|proximo))?{PART_OF_DAY}?(?: (?:at the latest|spatestens))?"
)
NAMED: Final = ("day", "or", "short", "or_short", "first", "alone")
"""The groups of ``WEEKDAY`` that hold a day."""

_COUNTED = (
    r"other|alternate|single|first|second|third|fourth|1st|2nd|3rd|4th|ersten|zweiten|dritten|vierten|[1-4]\."
    r"|dos|tres|primer|segundo|tercer|premier|deuxieme"
)
AGAIN: Final = before(
    rf"(?:every|each|jeden|jeder|cada|chaque|todos los|tous les)(?: (?:{_COUNTED}))?|{_COUNTED}|los"
    r"|always|immer|jeweils|siempre|toujours"
)
"""Before a day that comes again and again: "every other Friday"."""
OVER: Final = before(
    r"since|last|seit|seit dem|letzte[nrm]?|vergangene[nrm]?|vorige[nrm]?|desde|el pasado|pasado|depuis|depuis le"
)
"""Before a day that is over: what broke on it is to be mended soon."""
NAME: Final = before(r"black|cyber|good|ash|palm|easter|giving|casual|santo")
"""Before a day that is part of a name: "Black Friday", "Santo Domingo"."""
DAY_BEFORE: Final = before(rf"(?:{_DAY})s?(?:{PART_OF_DAY})?(?: ?(?:[-/&+]|to|and|or|a|al|y|o|et|ou|au|und|oder))?")
"""Before the end of a range of days, or the last of several: "Montag bis Freitag"."""
JOINED: Final = before(rf"to|through|thru|and|or|und|oder|et|ou|y|o|[-/&+]|(?:{_LONG}) ?,")
"""The same before a day that nothing else leads to."""
OTHER: Final = before(
    r"(?:sun ?)?(?:damaged|faded|bleached|burnt|burned|powered|heated|dried)|scores?|scoring|marks?|points?"
)
"""Before "by sun" and "on SAT"."""


def find_weekdays(text: str, today: date) -> Iterator[tuple[date, Span]]:
    """The days that the flat ``text`` names, each as the next of its name; the later one of "Friday or Saturday"."""
    for match in WEEKDAY.finditer(text):
        if _is_no_day(match, text[: match.start()]):
            continue
        is_next_week = match["week"] or match["lead"]
        days = [DAYS[match[name]] for name in NAMED if match[name]]
        ahead = [7 - today.weekday() + day if is_next_week else (day - today.weekday()) % 7 or 7 for day in days]
        yield today + timedelta(days=max(ahead)), Span(*match.span())


def _is_no_day(match: re.Match[str], head: str) -> bool:
    """Whether what stands before the name of a day makes something else of it."""
    patterns = [AGAIN, OVER, NAME, DAY_BEFORE]
    patterns += [JOINED] if match["alone"] else []
    patterns += [OTHER] if match["short"] else []
    return any(pattern.search(head) for pattern in patterns)
