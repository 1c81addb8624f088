"""Rules for what is offered, and in which languages."""

import re
from collections.abc import Collection, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.languages import LANGUAGES
from services.models import Service
from services.rules import limits

SLUG = re.compile(r"[a-z0-9-]{1,60}")


def services(given: Sequence[str], *, kept: Collection[str] = ()) -> list[Service]:
    """Services of the catalogue in the given order, each once. One query.

    Those that are switched off are refused, except ``kept`` ones, which the page already offers.
    """
    wanted = list(dict.fromkeys(given))
    if len(wanted) > limits.SERVICES:
        message = _("Choose at most %(most)d services.")
        raise ValidationError(message, code="too_many", params={"most": limits.SERVICES})
    # What is no slug at all need not be looked for, and may hold what the database cannot take.
    slugs = [slug for slug in wanted if SLUG.fullmatch(slug)]
    found = {service.slug: service for service in Service.objects.filter(slug__in=slugs).select_related("group")}
    for slug in wanted:
        service = found.get(slug)
        if service is None or not (slug in kept or (service.is_active and service.group.is_active)):
            message = _("The catalogue has no service “%(slug)s”.")
            raise ValidationError(message, code="unknown_service", params={"slug": slug[:80]})
    return [found[slug] for slug in wanted]


def on_offer(slugs: Collection[str]) -> list[Service]:
    """Those of the services that are not switched off, with their groups. One query."""
    offered = Service.objects.filter(slug__in=slugs, is_active=True, group__is_active=True)
    return list(offered.select_related("group"))


def languages(codes: Sequence[str]) -> list[str]:
    """ISO 639-1 codes in the given order, each once."""
    wanted = list(dict.fromkeys(code.strip().lower() for code in codes))
    for code in wanted:
        if code not in LANGUAGES:
            message = _("“%(code)s” is not a language code of ISO 639-1.")
            raise ValidationError(message, code="unknown_language", params={"code": code[:20]})
    if len(wanted) > limits.LANGUAGES:
        message = _("Choose at most %(most)d languages.")
        raise ValidationError(message, code="too_many", params={"most": limits.LANGUAGES})
    return wanted
