"""Providers who are ticked in a list of results, to be asked together; their addresses carry them from page to page."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.http import QueryDict

from services.models import ServicePage

MOST: Final = 50
"""Values that are read of an address; the guide says who of them may be asked."""
NOT_CARRIED: Final = {"page", "only", "cursor"}


def ticked(given: QueryDict) -> set[UUID]:
    """The ids in the address; what is none is passed over."""
    return {found for value in given.getlist("page")[:MOST] if (found := _id(value)) is not None}


def ticked_elsewhere(ids: Collection[UUID], shown: Collection[UUID]) -> list[ServicePage]:
    """The published pages among those that are ticked and not shown. One query, none where there are none."""
    away = set(ids).difference(shown)
    if not away:
        return []
    return list(ServicePage.objects.published().filter(pk__in=away).select_related("member").order_by("pk"))


def carried(given: QueryDict) -> list[tuple[str, str]]:
    """The search itself, which the form of the ticks has to send along to the next results."""
    return [(name, str(value)) for name, value in given.items() if name not in NOT_CARRIED and value]


def _id(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
