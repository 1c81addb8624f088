"""Ordering a package from a provider's page: a request to her that is filled in already."""

from collections.abc import Sequence
from typing import Final

from django.core.exceptions import ValidationError

from requests.guide.draft import Draft
from requests.rules.changes import TITLE
from requests.rules.ordered import as_given, filled_in, order_from
from services.models import ServicePage
from services.money import editable

AMOUNTS: Final = ("budget_min", "budget_max")


def order(draft: Draft, page: ServicePage, tier: str, extras: Sequence[str]) -> bool:
    """Fills in title, details, budget and time from the page's package and its extras, and asks its provider alone.

    What the client typed before stays below. False where the page has no such package, or no such extra.
    """
    try:
        ordered = order_from(page, tier, extras)
    except ValidationError:
        return False
    values = filled_in(ordered, locale=draft.locale)
    draft.ask([page.pk])
    draft.order_of(as_given(ordered))
    words, typed = values["details"], draft.typed("details", "details")
    details = typed if words in typed else "\n\n".join(part for part in (words, typed) if part)
    title = draft.typed("details", "title") or values["title"]
    draft.fill("details", {"title": title[:TITLE], "details": details})
    budget = {name: editable(values[name], page.currency, draft.locale) for name in AMOUNTS}
    draft.fill("budget", budget | {name: values[name] for name in ("budget_type", "currency", "time_frame")})
    return True
