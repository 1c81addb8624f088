"""Ordering a package from a provider's page: a request to her that is filled in already."""

from typing import Final

from django.utils.translation import gettext as _

from requests.guide.draft import Draft
from requests.models import BudgetType, TimeFrame
from requests.rules.changes import TITLE
from services.models import ServicePage
from services.money import editable
from services.presentation.price import PackageWords, package_words
from services.rules.packages import Package

WITHIN: Final = ((7, TimeFrame.WEEK), (31, TimeFrame.MONTH), (92, TimeFrame.QUARTER))
"""Days of delivery, and the time frame that they fit."""


def order(draft: Draft, page: ServicePage, tier: str) -> bool:
    """Fills in title, details, budget and time from the page's package, and asks its provider alone.

    What the client typed before stays below. False where the page has no such package.
    """
    words = {package.tier: package for package in package_words(page, draft.locale)}.get(tier)
    if words is None:
        return False
    package: Package = next(each for each in page.packages if each["tier"] == tier)
    draft.ask_only(page.pk)
    draft.fill("details", _details(draft, words))
    draft.fill("budget", _budget(package, page.currency, draft.locale))
    return True


def _details(draft: Draft, package: PackageWords) -> dict[str, str]:
    ordered, typed = _text(package), draft.typed("details", "details")
    details = typed if ordered in typed else "\n\n".join(part for part in (ordered, typed) if part)
    title = draft.typed("details", "title") or _("Package “%(name)s”") % {"name": package.name}
    return {"title": title[:TITLE], "details": details}


def _text(package: PackageWords) -> str:
    """What was ordered, in the words in which it was offered."""
    name = package.name if not package.has_own_name else f"{package.name} ({package.tier_name})"
    ordered = _("I would like to order your package “%(name)s” for %(price)s.")
    lines = [ordered % {"name": name, "price": package.price}, package.description]
    lines += [f"– {term}" for term in package.terms]
    return "\n".join(line for line in lines if line)


def _budget(package: Package, currency: str, locale: str) -> dict[str, str]:
    amount = editable(package["price"], currency, locale)
    days = package["delivery_days"] or 0
    frame = next((frame for most, frame in WITHIN if 0 < days <= most), TimeFrame.FLEXIBLE)
    return {
        "budget_type": BudgetType.FIXED,
        "currency": currency,
        "budget_min": amount,
        "budget_max": amount,
        "time_frame": frame,
    }
