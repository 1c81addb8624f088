"""What a client orders of a page: one of its packages, with extras, at the price that the page names."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypedDict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from requests.models import BudgetType, PriceType, ServiceRequest, TimeFrame, Visibility
from requests.rules.invitations import page_id_of
from services.models import Pricing, ServicePage
from services.money import format_money
from services.presentation.price import package_terms
from services.rules.limits import EXTRAS
from services.rules.packages import TIERS, Extra, Package

WITHIN: Final = ((7, TimeFrame.WEEK), (31, TimeFrame.MONTH), (92, TimeFrame.QUARTER))
"""Days of delivery, and the time frame that they fit."""


class Order(TypedDict):
    """A package and the chosen extras as they were offered when the client ordered them; ``page`` is its id."""

    page: str
    package: Package
    extras: list[Extra]
    currency: str


def order_from(page: ServicePage, tier: str, extras: Sequence[str]) -> Order:
    """The page's package of this tier with the extras of these names. Raises ValidationError, under ``order.…``."""
    offered: Sequence[Package] = page.packages if page.pricing == Pricing.PACKAGES else []
    package = next((each for each in offered if each["tier"] == tier), None)
    if package is None:
        raise _problem("tier", _("This page has no such package."))
    if len(extras) > EXTRAS:
        raise _problem("extras", _("A package has at most 8 extras."))
    unknown = set(extras) - {extra["name"] for extra in package["extras"]}
    if unknown:
        raise _problem("extras", _("This package has no extra “%(name)s”.") % {"name": min(unknown)[:100]})
    chosen = [extra for extra in package["extras"] if extra["name"] in extras]
    return Order(page=str(page.pk), package=package, extras=chosen, currency=page.currency)


def clean_order(given: Mapping[str, Any], *, kept: Order | None) -> Order | None:
    """``given`` as in the API: ``page``, ``tier``, ``extras`` by their names; empty where nothing is ordered.

    What was ordered before stays as it was offered then. Raises ValidationError. One query.
    """
    if not given:
        return None
    if kept is not None and as_given(kept) == {"extras": [], **given, "page": str(given.get("page"))}:
        return kept
    page = ServicePage.objects.published().filter(pk=page_id_of(given.get("page"))).first()
    if page is None:
        raise _problem("page", _("There is no such published page."))
    return order_from(page, str(given.get("tier", "")), given.get("extras") or ())


def as_given(order: Order) -> dict[str, Any]:
    """The order as it is named in the API."""
    names = [extra["name"] for extra in order["extras"]]
    return {"page": order["page"], "tier": order["package"]["tier"], "extras": names}


def total(order: Order) -> int:
    """The price of the package with its extras, in minor units."""
    return order["package"]["price"] + sum(extra["price"] for extra in order["extras"])


def standing_order(request: ServiceRequest) -> Order | None:
    """What was ordered, as long as the request offers exactly its price.

    A client who asks for something else changes the budget with it, and then nothing is taken for granted.
    """
    order: Order | None = request.order
    if order is None or (request.budget_type, request.visibility) != (BudgetType.FIXED, Visibility.INVITED):
        return None
    offered = (request.budget_min, request.budget_max, request.currency)
    return order if offered == (total(order), total(order), order["currency"]) else None


def ordered_terms(request: ServiceRequest, page: ServicePage) -> dict[str, Any]:
    """The terms of a proposal that confirms what was ordered of this page; empty where nothing was."""
    order = standing_order(request)
    if order is None or order["page"] != str(page.pk):
        return {}
    return {
        "price_type": PriceType.FIXED,
        "amount": total(order),
        "currency": order["currency"],
        "days": order["package"]["delivery_days"],
        "scope": _scope(order),
    }


def filled_in(order: Order, *, locale: str) -> dict[str, Any]:
    """The values of a request that orders this, named as in the API: all but its service."""
    days = order["package"]["delivery_days"] or 0
    return {
        "title": _("Package “%(name)s”") % {"name": name_of(order["package"])},
        "details": _details(order, locale),
        "budget_type": BudgetType.FIXED,
        "budget_min": total(order),
        "budget_max": total(order),
        "currency": order["currency"],
        "time_frame": next((frame for most, frame in WITHIN if 0 < days <= most), TimeFrame.FLEXIBLE),
        "visibility": Visibility.INVITED,
        "invited_pages": [order["page"]],
    }


def name_of(package: Package) -> str:
    """What the provider calls the package."""
    return package["name"] or str(TIERS[package["tier"]])


def _details(order: Order, locale: str) -> str:
    """What was ordered, in the words in which it was offered."""
    package, currency = order["package"], order["currency"]
    tier = str(TIERS[package["tier"]])
    name = f"{package['name']} ({tier})" if package["name"] else tier
    price = format_money(package["price"], currency, locale)
    lines = [_("I would like to order your package “%(name)s” for %(price)s.") % {"name": name, "price": price}]
    lines += [package["description"], *(f"– {term}" for term in package_terms(package))]
    if order["extras"]:
        lines.append(_("With these extras:"))
        lines += [f"– {extra['name']}: {format_money(extra['price'], currency, locale)}" for extra in order["extras"]]
        lines.append(_("%(price)s in all.") % {"price": format_money(total(order), currency, locale)})
    return "\n".join(line for line in lines if line)


def _scope(order: Order) -> str:
    extras = [f"- {extra['name']}" for extra in order["extras"]]
    first = order["package"]["description"] or name_of(order["package"])
    return "\n\n".join(part for part in (first, "\n".join(extras)) if part)


def _problem(field: str, message: str) -> ValidationError:
    return ValidationError({f"order.{field}": ValidationError(message, code="unknown_value")})
