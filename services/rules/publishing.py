"""What a page needs before others may see it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.errors import FieldProblem, InvalidInput
from services.models import Pricing, ServicePage, WorkLocation


class IncompletePage(InvalidInput):
    """The page cannot be published yet; ``fields`` says what is missing."""

    code = "incomplete"
    message = _("This page is not complete yet.")


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that has to be filled in, and what to do about it."""

    field: str
    message: Promise


def missing_for_publishing(page: ServicePage, *, offers_services: bool) -> list[Missing]:
    """What is still to be filled in; empty where the page can be published."""
    return list(_missing(page, offers_services))


def require_publishable(page: ServicePage, *, offers_services: bool) -> None:
    """Raises IncompletePage unless the page can be published."""
    fields: dict[str, list[FieldProblem]] = {
        missing.field: [{"code": "required", "message": str(missing.message)}]
        for missing in _missing(page, offers_services)
    }
    if fields:
        raise IncompletePage(fields=fields)


def _missing(page: ServicePage, offers_services: bool) -> Iterator[Missing]:
    if not page.title:
        yield Missing("title", _("Give your page a title."))
    if not offers_services:
        yield Missing("services", _("Choose at least one service."))
    if not page.about:
        yield Missing("about", _("Write about your work."))
    if not page.languages:
        yield Missing("languages", _("Choose a language that you work in."))
    if not page.work_location:
        yield Missing("work_location", _("Say where you work."))
    elif page.work_location != WorkLocation.REMOTE and page.latitude is None:
        yield Missing("place", _("Name the town that you work from."))
    yield from _missing_price(page)


def _missing_price(page: ServicePage) -> Iterator[Missing]:
    if not page.pricing:
        yield Missing("pricing", _("Choose how you name your price."))
    elif page.pricing == Pricing.PACKAGES and not page.packages:
        yield Missing("packages", _("Describe at least one package."))
    elif page.pricing in (Pricing.HOURLY, Pricing.STARTING) and page.rate is None:
        yield Missing("rate", _("Name your price."))
    if page.pricing and page.pricing != Pricing.CONTACT and not page.currency:
        yield Missing("currency", _("Choose a currency."))
