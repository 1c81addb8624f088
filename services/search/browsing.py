"""What stands beside the results where nothing is searched and nothing filters: the number of all pages, and facets.

With more pages than are counted both are estimates, and the most costly part of the page that is asked for most. Each
process keeps them for some seconds. The results themselves are never kept.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.search.facets import Value

KEPT_SECONDS: Final = 20


@dataclass(frozen=True, slots=True)
class Counted:
    """How many results there are, and how many of them have which value of a facet."""

    total: int
    is_estimate: bool
    facets: Mapping[str, Sequence[Value]]


_kept: dict[str, tuple[float, Counted]] = {}


def recall(sort: str) -> Counted | None:
    """What was counted in this order of results within the last seconds."""
    kept = _kept.get(sort)
    return kept[1] if kept and time.monotonic() < kept[0] else None


def remember(sort: str, counted: Counted) -> None:
    """Keeps it if it is an estimate: exact numbers have to be those of now."""
    if counted.is_estimate:
        _kept[sort] = (time.monotonic() + KEPT_SECONDS, counted)
