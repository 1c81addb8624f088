"""What similar work was agreed for, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests.models import PriceType
from requests.prices import PriceHelp, price_help
from services.models import Service
from services.money import format_money


@dataclass(frozen=True, slots=True)
class PriceWords:
    """A range: what kind of price, from when to when, the middle, and what it rests on."""

    label: str
    between: str
    middle: str
    basis: str


def price_words(service: Service, *, currency: str, locale: str) -> list[PriceWords]:
    """One for each kind of price of which enough is known. One query."""
    return [_words(each, service, locale) for each in price_help(service, currency=currency).values()]


def _words(known: PriceHelp, service: Service, locale: str) -> PriceWords:
    low, middle, high = (format_money(each, known.currency, locale) for each in (known.low, known.median, known.high))
    between = _("%(low)s to %(high)s") % {"low": low, "high": high} if low != high else low
    hourly = known.price_type == PriceType.HOURLY
    basis = ngettext("%(n)d agreement: %(what)s", "%(n)d agreements: %(what)s", known.cases)
    return PriceWords(
        label=str(PriceType(known.price_type).label),
        between=_("%(amount)s an hour") % {"amount": between} if hourly else between,
        middle=_("Half were below %(amount)s.") % {"amount": middle},
        basis=basis % {"n": known.cases, "what": service.name if known.of_service else service.group.name},
    )
