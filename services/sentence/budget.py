"""Budgets in a sentence: "under 500 €", "between 1k and 2k dollars", "€40/h", "50 Euro pro Stunde"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.core.exceptions import ValidationError

from services.money import parse_money, usual_currency
from services.sentence.flat import Span, before
from services.sentence.number_words import NUMBER_WORDS, number_of

# fmt: off
SIGNS: Final = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₺": "TRY", "zł": "PLN", "zl": "PLN", "fr": "CHF",
    "us$": "USD", "c$": "CAD", "ca$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "s$": "SGD", "hk$": "HKD",
    "r$": "BRL", "mx$": "MXN",
}
NAMES: Final = {
    "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP", "pfund": "GBP", "libras": "GBP",
    "livres": "GBP", "franken": "CHF", "yen": "JPY", "yens": "JPY", "zloty": "PLN", "rupees": "INR", "rs": "INR",
    "quid": "GBP",
}
# fmt: on
DOLLARS: Final = frozenset({"$", "dollar", "dollars", "bucks", "dolar", "dolares"})
PESOS: Final = frozenset({"peso", "pesos"})
KRONER: Final = frozenset({"kr", "kronen", "kroner", "kronor"})
SEVERAL: Final = {"USD": DOLLARS, "MXN": PESOS, "SEK": KRONER}
"""Names that several currencies share, by the one that is meant where the reader's country uses none of these."""
SHARING: Final = {
    "USD": frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD"}),
    "MXN": frozenset({"MXN", "ARS", "CLP", "COP", "UYU", "PHP"}),
    "SEK": frozenset({"SEK", "NOK", "DKK", "ISK"}),
}
WRITTEN_AS_DOLLARS: Final = SHARING["USD"] | {"MXN", "ARS", "CLP", "COP", "UYU"}
"""Currencies that are written with a plain "$" at home."""

_WORDS = "|".join(sorted((*NAMES, *DOLLARS - {"$"}, *PESOS, *KRONER), key=len, reverse=True))
CODES: Final = frozenset(
    """
    eur usd gbp chf cad aud nzd jpy cny inr sek nok dkk isk pln czk huf ron bgn uah rub brl mxn ars clp cop zar ngn kes
    ghs egp ils aed sar qar kwd sgd hkd krw twd thb idr myr php vnd pkr bdt lkr
    """.split()  # noqa: SIM905  easier to read and to add to
)
"""Codes that people write. Others are words as well: TOP, TRY, ALL, PEN, CUP, MAD."""
_CODES = "|".join(sorted(CODES))
_SIGN = r"(?:us|ca|c|au|a|nz|s|hk|mx|r)?\$|[€£¥₹₺]"
NUMBER: Final = re.compile(
    rf"(?<![\w.,$€£/])(?<![a-z][a-z]-)(?:(?P<code>{_CODES}|(?:fr|kr|rs)\.?)(?= ?[$€£]? ?\d) ?)?(?P<sign>{_SIGN})? ?"
    r"(?P<number>\d{1,3}(?:[ .,']\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?)"
    r"(?:,-{1,2}|\.-)?(?P<thousands> ?(?:k|tsd\.?|tausend|thousand|mil(?:le)?)(?!\w))?"
    rf"(?: ?(?P<after>{_SIGN}|(?:{_WORDS}|{_CODES}|zl)(?!\w)))?(?:(?=ph(?!\w))|(?![\w%]))"
)
IN_WORDS: Final = re.compile(rf"(?<![\w-])(?P<number>{NUMBER_WORDS}) (?:de )?(?P<after>{_WORDS})(?!\w)")
"""An amount in words, which needs its currency to be one."""
BETWEEN: Final = re.compile(r" *- *| +(?:to|and|bis|und|a|y|et|hasta|up to|bis zu) +")
MOST: Final = before(
    r"(?:<=?|≤|under|below|less than|up to|max\.?|maximum|maximum of|at most|no more than|not more than|within|cheaper"
    r" than|limit|limit of|unter|hochstens|maximal|bis|bis zu|bis max\.?|weniger als|nicht mehr als|hasta|menos de"
    r"|maximo|maximo de|como mucho|como maximo|por debajo de|no mas de|jusqu'a|moins de|au plus|sous|pas plus de"
    r"|en dessous de|inferieur a)(?: a budget of)?(?: (?:budget|presupuesto))?"
)
LEAST: Final = before(
    r">=?|≥|at least|from|over|more than|min\.?|minimum|ab|mindestens|uber|mehr als|desde|al menos|mas de|a partir de"
    r"|au moins|plus de"
)
ABOUT: Final = before(
    r"about|around|roughly|approx\.?|approximately|ca\.?|circa|etwa|rund|ungefahr|unos|alrededor de|aproximadamente"
    r"|cerca de|environ|autour de|a peu pres|~"
)
BUDGET_BEHIND: Final = re.compile(r" ?(?:(?:as |als |de )?(?:budget|presupuesto))(?!\w)")
_HAVING = (
    r"(?:(?:(?:i|we)(?: have|'ve got)|there is|with|within|for|at|(?:ich |wir )?haben?|mit|bei|tengo|tenemos|con"
    r"|j'ai|nous avons|on a|avec) )?"
)
_ARTICLE = r"(?:(?:an?|the|my|our|(?:m|d)?ein(?:em|en)?|unser(?:em)?|un|el|mi|nuestro|le|mon|notre) )?"
_SIZE = (
    r"(?:(?:total|overall|max\.?|maximum|small|tight|limited|low|modest|maximale[sn]?|kleine[sn]?|geringe[sn]?"
    r"|knappe[sn]?|petit) )?"
)
_NAME = (
    r"(?:budget|gesamtbudget|preis|price|presupuesto|precio|prix|kosten|cost|costs|stundensatz|hourly rate|rate|tarifa"
    r"|tarif)(?: (?:total|max\.?|maximum|maximal|maximo|limitado|limite))?"
)
BUDGET: Final = before(
    rf"{_HAVING}{_ARTICLE}{_SIZE}{_NAME}"
    r"(?: (?:is|of|around|about|von|ist|liegt bei|de|es de|est de|under|max\.?|unter|hasta|between|zwischen|entre))?"
)
"""What makes an amount the budget, with all that would stand alone without it: "mit einem Budget von"."""
_SUMS = (
    r"(?:debts?|loans?|mortgages?|invoices?|bills?|fines?|claims?|damages?|vouchers?|gift (?:cards?|certificates?)"
    r"|\w*(?:forderung|rechnung|kredit|darlehen|gutschein|schuld|hypothek|schaden|bussgeld|mahnung)(?:en|es|e|s)?"
    r"|deudas?|prestamos?|hipotecas?|facturas?|multas?|reclamacion(?:es)?"
    r"|dettes?|prets?|credits?|hypotheques?|factures?|amendes?|creances?|bons? (?:cadeaux?|d'achat))"
)
"""Sums of money that the work may be about."""
SUM_BEFORE: Final = before(
    r"(?<!auf\s)(?<!gegen\s)(?<!mit\s)(?<!per\s)(?<!ohne\s)(?<!with\s)(?<!con\s)(?<!sin\s)(?<!avec\s)(?<!sans\s)"
    rf"{_SUMS}(?: (?:of|over|worth|uber|von|in hohe von|im wert von|de|por valor de|d'un montant de))?"
)
"""Before an amount that is one of these; but "gegen Rechnung 500 Euro" is paid."""
SUM_BEHIND: Final = re.compile(rf" (?:in |of |de )?{_SUMS}(?!\w)")
FOR: Final = before(r"for|pay|paying|offer|offering|fur|zahle|zahlen|por|pago|pour|payer|paie|we have|i have")
_CAN = r"(?:(?:can|could|will|want to|would like to|kann|konnen|puedo|podemos|peux|pouvons) (?:only )?)?"
DANGLING: Final = before(
    rf"for|at|a|fur|por|pour|zu|(?:(?:i|we|ich|wir|je|nous) )?{_CAN}"
    r"(?:have|pay|offer|spend|habe|haben|zahle|zahlen|biete|tengo|pago|pagar|ofrezco|gastar|paie|payer)|j'ai"
    r"|(?:ich|wir) (?:kann|konnen|mochten?)"
)
"""What would be left without its amount."""
LEADING: Final = before(rf"{_HAVING}{_ARTICLE}{_SIZE}")
"""The same of "with a $500 budget"."""
HOURLY_BEFORE: Final = before(r".*(?:stundensatz|stundenlohn|hourly rate|hourly|por hora|taux horaire)(?: \w+)?")
HOURLY: Final = re.compile(
    r" ?(?:/ ?(?:h|hr|hrs|hour|stunde|hora|heure)|/? ?std\.?|(?:an|per|each) hour|hourly|ph|pro stunde|die stunde"
    r"|in der stunde|je stunde|por hora|la hora|a la hora|par heure|de l'heure|l'heure)(?!\w)"
)
FURTHER: Final = re.compile(
    r" ?(?:(?:as |als |de )?(?:budget|presupuesto)|max\.?|maximum|maximal|maximo|tops|in total|total|insgesamt|or less"
    r"|oder weniger|o menos|ou moins|en total|au total|au maximum|festpreis|fixpreis|pauschal|vb|vhb|forfait"
    r"|bezahlen|zahlen|ausgeben"
    r"|net|netto|brutto|gross|ht|ttc|hors taxes"
    r"|(?:plus|\+|zzgl\.?|inkl\.?|excl\.?|incl\.?|excluding|including|mas|sin|con|\(\+)"
    r" ?(?:vat|mwst\.?|ust\.?|iva|tva|tax(?:es)?)\)?)(?!\w)"
)
"""What may follow an amount that is a budget, and belongs to it."""
EACH_BEFORE: Final = before(r"je|jeweils|chacun|cada uno")
"""What makes an amount the price of one of several: "10 Texte, je 80 Euro"."""
OTHER_RATE: Final = re.compile(
    r" ?(?:/ ?\w+|each(?!\w)|apiece|jeweils|chacune?|cada un[oa]|(?:per|each|pro|je|par) \w+"
    r"|(?:a|an|por|al|le|la) (?:day|days|week|month|year|word|page|piece|unit|item"
    r"|video|foto|articulo|texto|unidad|pieza|alumno|article|photo|person|tag|woche|monat|jahr|wort|seite|stuck|person|dia|semana|mes|ano|palabra|pagina|persona|sesion|clase"
    r"|session|lesson|class|visit|jour|semaine|mois|an|mot"
    r"|page|personne|head|night|sqm|m2)|daily|monthly|weekly|yearly)(?!\w)"
)
ENDS: Final = re.compile(
    r" *(?:$|[\].,;:!?)\n]|-(?: |$)|(?:a |als )?(?:budget|presupuesto|max|maximum|maximal|tops|total|in total|insgesamt"
    r"|or less|oder weniger|o menos|ou moins|for|by|in|near|per|and|or|with|until|before|within|remote|online|fur|bis"
    r"|pro|und|oder|mit|vor|para|por|en|antes|y|o|con|pour|par|avant|dans|et|ou|avec|asap|urgent|urgente"
    r"|dringend|sofort|please|bitte|a|ready|on)(?!\w))"
)


@dataclass(frozen=True, slots=True)
class Budget:
    """Amounts in minor units of ``currency``, for an hour where ``hourly``; at least one of them."""

    least: int | None
    most: int | None
    currency: str
    hourly: bool = False


@dataclass(frozen=True, slots=True)
class _Amount:
    span: Span
    number: str
    thousands: bool
    currency: str


def find_budget(text: str, locale: str) -> tuple[Budget, Span] | None:
    """The one budget that the flat ``text`` names; None where there is none, or where there are several.

    ``locale`` (``en_GB``) is how the reader writes numbers, and whose dollars are meant. An amount counts where it has
    a currency and stands as a budget does (under, for, at the end …), or a word such as "budget" before it.
    """
    found = []
    for amounts in _together(text, _amounts(text, locale)):
        budget = _budget(text, amounts, locale)
        if budget is not None:
            found.append(budget)
    if len({budget for budget, _span in found}) != 1:
        return None
    return found[0]


def _amounts(text: str, locale: str) -> list[_Amount]:
    found = []
    for match in NUMBER.finditer(text):
        # A "$" says less than the code beside it: "$50 CAD", "USD $50".
        sign, before_it, behind = match["sign"] or "", match["code"] or "", match["after"] or ""
        named = before_it or (behind if sign == "$" else "") or sign or behind
        currency = _currency(named.rstrip("."), locale)
        found.append(_Amount(Span(*match.span()), match["number"], bool(match["thousands"]), currency))
    for match in IN_WORDS.finditer(text):
        number, span = number_of(match["number"]), Span(*match.span())
        if number and not any(span.touches(amount.span) for amount in found):  # the "mil euros" of "2 mil euros"
            found.append(_Amount(span, str(number), False, _currency(match["after"], locale)))
    return sorted(found, key=lambda amount: amount.span)


def _currency(named: str, locale: str) -> str:
    own = usual_currency(locale.partition("_")[2])
    if named == "$" and own in WRITTEN_AS_DOLLARS:
        return own
    for usual, names in SEVERAL.items():
        if named in names:
            return own if own in SHARING[usual] else usual
    known = SIGNS.get(named) or NAMES.get(named)
    return known or (named.upper() if named in CODES else "")


def _together(text: str, amounts: Sequence[_Amount]) -> list[list[_Amount]]:
    """Amounts one by one, but the two of a range together."""
    groups: list[list[_Amount]] = []
    for amount in amounts:
        last = groups[-1] if groups else []
        gap = text[last[-1].span.end : amount.span.start] if last else ""
        is_one_currency = bool(last) and (not amount.currency or last[0].currency in ("", amount.currency))
        if len(last) == 1 and is_one_currency and BETWEEN.fullmatch(gap):
            groups[-1].append(amount)
        else:
            groups.append([amount])
    return groups


def _budget(text: str, amounts: Sequence[_Amount], locale: str) -> tuple[Budget, Span] | None:
    start, end = amounts[0].span.start, amounts[-1].span.end
    head, tail = text[:start], text[end:]
    hourly = HOURLY.match(tail)
    if not hourly and (OTHER_RATE.match(tail) or EACH_BEFORE.search(head)):
        return None
    start = _start(head)
    is_named = bool(BUDGET.search(head[:start]) or BUDGET.search(head) or BUDGET_BEHIND.match(tail))
    if not is_named and (SUM_BEFORE.search(head[:start]) or SUM_BEFORE.search(head) or SUM_BEHIND.match(tail)):
        return None
    currency = next((amount.currency for amount in amounts if amount.currency), "")
    ends = bool(ENDS.match(tail) or FURTHER.match(tail))
    # "price of 3 rooms" and "5 Std" are no amounts of money.
    if not currency and not ((is_named and ends) or (hourly and not hourly.group().strip().startswith("std"))):
        return None
    is_hourly = bool(hourly or HOURLY_BEFORE.search(head[-40:]))
    stands = start < len(head) or len(amounts) == 2 or FOR.search(head) or ends
    if not (is_named or is_hourly or stands):
        return None
    end += hourly.end() if hourly else 0
    further = FURTHER.match(text[end:])
    first = _first_word(head, start, is_named_behind=bool(BUDGET_BEHIND.match(tail)))
    span = Span(first, end + (further.end() if further else 0))
    currency = currency or usual_currency(locale.partition("_")[2])
    bounds = _bounds(head, amounts, currency, locale)
    return (Budget(*bounds, currency=currency, hourly=is_hourly), span) if bounds else None


def _bounds(head: str, amounts: Sequence[_Amount], currency: str, locale: str) -> tuple[int | None, int | None] | None:
    """Lower and upper end; None where they make no sense."""
    if len(amounts) == 2:
        low, high = amounts
        if high.thousands and not low.thousands and len(low.number) <= len(high.number):
            low = replace(low, thousands=True)
        least, most = _minor(low, currency, locale), _minor(high, currency, locale)
        return (least, most) if least is not None and most is not None and least <= most else None
    amount = _minor(amounts[0], currency, locale)
    if not amount:
        return None
    return (amount, None) if LEAST.search(head) and not MOST.search(head) else (None, amount)


def _minor(amount: _Amount, currency: str, locale: str) -> int | None:
    try:
        minor = parse_money(amount.number, currency, locale)
    except ValidationError:
        return None
    return minor * 1000 if amount.thousands else minor


def _start(head: str) -> int:
    """Where the words begin that say how the amount is meant; the end of ``head`` where there are none."""
    opening = before("between|zwischen|entre|from|von|de").search(head)
    found = [match.start() for pattern in (MOST, LEAST, ABOUT) if (match := pattern.search(head))]
    found += [opening.start()] if opening else []
    return min(found, default=len(head))


def _first_word(head: str, start: int, *, is_named_behind: bool) -> int:
    """Where the budget begins, with its name and the preposition that would stand alone without it."""
    named = BUDGET.search(head[:start]) or BUDGET.search(head)
    first = min(start, named.start()) if named else start
    dangling = (LEADING if is_named_behind else DANGLING).search(head[:first])
    return dangling.start() if dangling else first
