"""What is wrong with the address of a search, by the names of the page's fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from services.presentation.narrowing import TITLES, changed

LABELS: Final[Mapping[str, Promise]] = {
    **TITLES,
    "q": _("What"),
    "group": _("Group of services"),
    "place": _("Where"),
    "near": _("Where"),
    "radius_km": _("Distance"),
    "price": _("Price"),
    "max_rate": _("Price"),
    "currency": _("Currency"),
    "sort": _("Order"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a parameter, called as its field is; ``url`` is the address without it."""

    name: str
    label: str
    message: str
    url: str


def problems(given: QueryDict, wrong: Mapping[str, Sequence[str]]) -> list[Problem]:
    """One for each parameter that is ``wrong``, with all that is said of it."""
    return [Problem(name, str(LABELS[name]), " ".join(said), _without(given, name)) for name, said in wrong.items()]


def _without(given: QueryDict, name: str) -> str:
    gone = (name, "radius_km") if name in {"place", "near"} else (name,)
    return changed(given, **dict.fromkeys(gone))
