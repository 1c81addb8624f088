"""The pages that are nearest to a text in meaning, as SQL.

Where few pages pass the filters, all of them are compared. Otherwise the lists of services are read: of the services
whose pages are nearest in the mean the cells that are nearest, until there are enough rows. Those that seem nearest by
their sketches are then compared by their vectors (an inverted file with estimated distances: Jégou, Douze and Schmid
2011; ``sketches``). What the row of a list tells of its page filters there; the rest is looked up in the index, for the
most promising first.
"""

from dataclasses import dataclass
from typing import Any, Final

from services.models.postings import NOWHERE
from services.search.filters import Filters
from services.search.sketches import Planes, difference
from services.search.versions import Asked, Half

NARROW: Final = 2500
"""Filters that leave fewer pages than this are gone through one by one."""
NEAREST: Final = 150
"""Pages that are wanted."""
READ: Final = 2000
"""Rows of lists that are to pass the filters."""
READ_FOR_WORDS: Final = 4000
"""The same where pages are wanted that match by words."""
SCANNED: Final = 20_000
"""Rows that are read for that at most."""
LOOKED_AT: Final = 300
"""Of how many rows, the most promising, the vectors are compared."""
WALKED: Final = 1500
"""Rows, the most promising, that are gone through for those."""
MATCHED: Final = 200
"""Pages that are wanted of those that match by words."""
CLOSEST: Final = 32
"""Services whose cells are looked at."""
UNPLACED: Final = 6000
"""Rows that are read at most of those that are in no cell; all, as long as there are no cells at all."""
MARGIN: Final = 0.08
"""How much nearer than the farthest that was brought a page may be that was missed among the lists."""

LISTED: Final = frozenset(("language", "remote", "available", "near", "max_eur"))
"""Filters by columns that the lists have, too."""
OF_SERVICES: Final = {
    "service": "SELECT id FROM services_service WHERE slug = %(service)s",
    "group": "SELECT s.id FROM services_service s JOIN services_servicegroup g ON g.id = s.group_id"
    " WHERE g.slug = %(group)s",
}
"""Filters that leave the lists of these services."""

NOTHING: Final = """
    SELECT NULL::uuid AS page_id, NULL::float8 AS distance, false AS matches, NULL::bigint AS place WHERE false
"""
EVERY: Final = """
    (SELECT v.page_id, v.embedding <=> (SELECT {asked} FROM asked) AS distance, false AS matches, 1::bigint AS place
    FROM (SELECT e.page_id FROM services_searchentry e WHERE {where} OFFSET 0) AS passing
    JOIN services_pagevector v ON v.page_id = passing.page_id WHERE {made}
    ORDER BY distance LIMIT {nearest})
"""
CLOSEST_SERVICES: Final = """
    SELECT service_id FROM services_servicemean ORDER BY mean <#> (SELECT {asked} FROM asked) LIMIT {closest}
"""
CELLS: Final = """
    SELECT e.page_id, e.product + {difference} AS estimate FROM (
        SELECT near.product, e.* FROM (
            SELECT service_id, id AS cell, -(centroid <#> (SELECT {asked} FROM asked)) AS product
            FROM services_servicecell WHERE service_id = ANY(ARRAY({services})) ORDER BY product DESC
        ) AS near CROSS JOIN LATERAL (
            SELECT * FROM services_serviceposting p WHERE p.service_id = near.service_id AND p.cell = near.cell OFFSET 0
        ) AS e LIMIT {scanned}
    ) AS e WHERE {listed} LIMIT {read}
"""
NO_CELL: Final = f"""
    SELECT e.page_id, -(v.embedding <#> (SELECT {{asked}} FROM asked)) AS estimate
    FROM services_serviceposting e JOIN services_pagevector v ON v.page_id = e.page_id
    WHERE e.cell = {NOWHERE} AND {{listed}}
    LIMIT CASE WHEN EXISTS (SELECT FROM services_servicecell) THEN {{unplaced}} END
"""  # noqa: S608  our own number
"""Of services that are new since the lists were divided."""
ENTRY: Final = """CROSS JOIN LATERAL (
    SELECT FROM services_searchentry e WHERE e.page_id = promising.page_id AND {where} OFFSET 0
) AS e"""
MATCHING: Final = f"""
    UNION ALL (
        SELECT page_id, true FROM (SELECT * FROM promising LIMIT {{walked}}) AS promising {ENTRY} LIMIT {{looked_at}}
    )
"""  # noqa: S608  our own words
BEST: Final = """
    (WITH promising AS MATERIALIZED (
        SELECT * FROM (({cells}) UNION ALL ({no_cell})) AS read ORDER BY estimate DESC
    )
    SELECT * FROM (
        SELECT v.page_id, v.embedding <=> (SELECT {asked} FROM asked) AS distance, matches,
            row_number() OVER (ORDER BY v.embedding <=> (SELECT {asked} FROM asked)) AS place
        FROM (
            SELECT page_id, bool_or(matches) AS matches FROM (
                (SELECT page_id, false AS matches FROM promising {entry} LIMIT {looked_at}) {matching}
            ) AS chosen GROUP BY page_id
        ) AS best
        JOIN services_pagevector v ON v.page_id = best.page_id WHERE {made}
    ) AS measured WHERE place <= {nearest} OR matches)
"""


@dataclass(frozen=True, slots=True)
class Nearest:
    """``statement``: rows of ``page_id``, ``distance``, ``place`` among the nearest, and whether the page ``matches``,
    for a statement with a table ``asked``; ``parameters`` of it. ``margin``: how much nearer than the farthest of the
    ``NEAREST`` another page may be."""

    statement: str
    parameters: dict[str, Any]
    margin: float


def nearest(asked: Asked, filters: Filters, *, passing: float, pages: float, matches: str = "") -> Nearest:
    """The pages nearest to what is asked for that pass the filters, some ``NEAREST`` for each embedder, and as many of
    those that pass the condition ``matches``. Of ``pages`` in all ``passing`` are expected to pass."""
    halves = [half for half in asked.halves if half.vector.any()]
    if passing < NARROW:
        found = [_every(half, filters) for half in halves]
        return Nearest(" UNION ALL ".join(found) or NOTHING, {}, 0.0)
    found = [_listed(half, filters, matches, share=passing / max(pages, passing)) for half in halves]
    planes = [Planes.of(half.vector).parameters(half.column) for half in halves]
    return Nearest(" UNION ALL ".join(found) or NOTHING, {name: each[name] for each in planes for name in each}, MARGIN)


def _every(half: Half, filters: Filters) -> str:
    return EVERY.format(asked=half.column, where=filters.where(), made=half.made, nearest=NEAREST)


def _listed(half: Half, filters: Filters, matches: str, *, share: float) -> str:
    names = filters.conditions.keys()
    told = [filters.conditions[name] for name in names if name in LISTED]
    of_services = [OF_SERVICES[name] for name in OF_SERVICES if name in names]
    untold = names - LISTED - OF_SERVICES.keys()
    listed = [*told, *(f"e.service_id = ANY(ARRAY({services}))" for services in of_services)]
    wanted = READ_FOR_WORDS if matches else READ
    scanned = min(SCANNED, round(wanted / share))
    cells = CELLS.format(
        asked=half.column,
        difference=difference(half.column),
        services=" INTERSECT ".join(of_services) or CLOSEST_SERVICES.format(asked=half.column, closest=CLOSEST),
        listed=" AND ".join(told) or "true",
        scanned=scanned,
        read=scanned if untold else wanted,
    )
    return BEST.format(
        asked=half.column,
        cells=cells,
        no_cell=NO_CELL.format(asked=half.column, listed=" AND ".join(listed) or "true", unplaced=UNPLACED),
        entry=ENTRY.format(where=filters.where()) if untold else "",
        looked_at=LOOKED_AT,
        matching=MATCHING.format(where=f"{matches} AND {filters.where()}", looked_at=MATCHED, walked=WALKED)
        if matches
        else "",
        made=half.made,
        nearest=NEAREST,
    )
