"""Terms and times in the active language and time zone."""

from datetime import date, datetime
from typing import Protocol

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from requests.models import PriceType
from services.money import format_money

PAID_OUTSIDE = gettext_lazy(
    "Payment happens outside this site: agree between you how and when. We take no fee and hold no money."
)


class Terms(Protocol):
    """Whatever has terms: a proposal, an engagement, an entry of the history of terms."""

    @property
    def price_type(self) -> str: ...

    @property
    def amount(self) -> int | None: ...

    @property
    def currency(self) -> str: ...

    @property
    def days(self) -> int | None: ...


def price_words(terms: Terms, locale: str = "") -> str:
    """Such as "€900 fixed price", "€50 an hour"; empty for a draft without a price.

    ``locale`` is how the reader writes numbers.
    """
    if terms.amount is None:
        return ""
    amount = format_money(terms.amount, terms.currency, locale or get_language() or "en")
    if terms.price_type == PriceType.HOURLY:
        return _("%(amount)s an hour") % {"amount": amount}
    return _("%(amount)s fixed price") % {"amount": amount}


def days_words(terms: Terms) -> str:
    """Such as "14 days after agreement"; empty where no time was named."""
    if not terms.days:
        return ""
    words = ngettext("%(n)d day after agreement", "%(n)d days after agreement", terms.days)
    return words % {"n": terms.days}


def terms_words(terms: Terms, locale: str = "") -> list[tuple[str, str]]:
    """The terms as (label, value), and that payment happens outside."""
    pairs = [(_("Price"), price_words(terms, locale)), (_("Delivery"), days_words(terms))]
    return [(label, value) for label, value in pairs if value] + [(_("Payment"), _("Outside this site, between you"))]


def day_words(moment: datetime | date | None) -> str:
    """The day in full, on the reader's clock; empty for None."""
    if moment is None:
        return ""
    day = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    return date_format(day, "DATE_FORMAT")
