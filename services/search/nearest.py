"""The pages that are nearest to a text in meaning, as SQL: all that pass the filters are compared, or, of very many,
those of the best quality."""

from dataclasses import dataclass
from typing import Final

from services.search.filters import Filters
from services.search.versions import Asked, Half

NEAREST: Final = 150
"""Pages that are wanted."""
MOST: Final = 20_000
"""Pages that a search looks at. PostgreSQL answers by itself among few pages, and stands in where there are more."""
BOUNDED: Final = f"ORDER BY e.quality DESC LIMIT {MOST}"
"""Which of them, where there are more."""

NOTHING: Final = "SELECT NULL::uuid AS page_id, NULL::float8 AS distance WHERE false"
COMPARED: Final = """
    (SELECT v.page_id, v.embedding <=> (SELECT {asked} FROM asked) AS distance
    FROM (SELECT e.page_id FROM services_searchentry e WHERE {where} {bounded} OFFSET 0) AS passing
    JOIN services_pagevector v ON v.page_id = passing.page_id WHERE {made}
    ORDER BY distance LIMIT {nearest})
"""


@dataclass(frozen=True, slots=True)
class Nearest:
    """``statement``: rows of ``page_id`` and ``distance``, for a statement with a table ``asked``. ``is_all``: whether
    no page that passes the filters is nearer than those."""

    statement: str
    is_all: bool


def nearest(asked: Asked, filters: Filters, *, passing: float) -> Nearest:
    """The pages nearest to what is asked for that pass the filters, some ``NEAREST`` for each embedder, where so many
    are expected to pass."""
    is_all = passing <= MOST
    halves = [_compared(half, filters, is_all=is_all) for half in asked.halves if half.vector.any()]
    return Nearest(" UNION ALL ".join(halves) or NOTHING, is_all)


def _compared(half: Half, filters: Filters, *, is_all: bool) -> str:
    return COMPARED.format(
        asked=half.column,
        where=filters.where(),
        bounded="" if is_all else BOUNDED,
        made=half.made,
        nearest=NEAREST,
    )
