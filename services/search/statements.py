"""The statements of ``retrieve``, as texts to be put together.

A search reads ``told`` (the first of the matches, as far as their index rows tell), ``near`` (the nearest by meaning)
and ``further``: of the nearest those that are near enough to be found by meaning alone, or match without being among
those. ``guessed`` is all of these, with the similarity where it is known by then, ``page`` what may be shown,
``shown`` what facets count.
"""

from typing import Final

from services.search import facets

VALUES: Final = {
    "relevance": "-e.quality",
    "rating": "-coalesce(e.rating, 0) - least(e.rating_count, 1000) / 1e6",
    "newest": "-extract(epoch FROM e.first_published_at)::float8",
    "price": "coalesce(e.rate_eur, 1e12)",
}
"""What a row is sorted by, lowest first, where it is not by relevance to words."""

BROWSED_BY: Final = {
    "relevance": "e.quality DESC, e.page_id",
    "rating": "e.rating DESC NULLS LAST, e.rating_count DESC, e.page_id",
    "newest": "e.first_published_at DESC, e.page_id",
    "price": "e.rate_eur ASC NULLS LAST, e.page_id",
}
"""The same order in the words of the indexes."""

BROWSE: Final = """
WITH told AS MATERIALIZED (
    SELECT e.page_id, 0::float8 AS words, 0::float8 AS similarity, false AS offers, e.quality, {value} AS place
        {counted}
    FROM services_searchentry e WHERE {where} ORDER BY {order} LIMIT {deep}
), page AS (SELECT page_id, words, similarity, offers, quality, place FROM told)
"""

ASKED: Final = """asked AS MATERIALIZED (
    SELECT %(vector)s::halfvec AS vector, %(earlier)s::halfvec AS earlier
)"""
WORDS: Final = """coalesce((
    SELECT sum(term.weight / (1 + 1.2 * (0.25 + 0.75 * e.length / %(mean_length)s)
        / (get_byte(e.counts, array_position(e.terms, term.number) - 1) / 2.0::float8)))
    FROM unnest(%(numbers)s::int[], %(weights)s::float8[]) AS term (number, weight)
), 0)"""
"""What the words count in a row ``e``, given the ``weights`` of the terms of these ``numbers``: BM25 (Robertson and
Zaragoza 2009, section 3; k1 = 1.2, b = 0.75), tf / (tf + norm) as 1 / (1 + norm / tf)."""
COLUMNS: Final = f"""
    {WORDS} AS words, e.service_ids && %(services)s::int[] AS offers, e.quality, {{value}} AS value
"""

GATHER: Final = """
WITH {asked},
told AS MATERIALIZED (
    SELECT *, {told} AS told FROM (
        SELECT e.page_id, {columns} {counted} FROM services_searchentry e WHERE {matches} AND {where} {bounded} OFFSET 0
    ) AS matched
    ORDER BY {first}, page_id LIMIT {deep}
), near AS MATERIALIZED ({near}),
further AS MATERIALIZED (
    SELECT *, {told} AS told FROM (
        SELECT e.page_id, {columns}, 1 - near.distance AS similarity {counted}
        FROM near JOIN services_searchentry e ON e.page_id = near.page_id
        WHERE (near.distance <= %(far)s OR {matches}) AND near.page_id NOT IN (SELECT page_id FROM told) AND {where}
        OFFSET 0
    ) AS meant
), guessed AS MATERIALIZED (
    SELECT told.page_id, words, offers, quality, value, told, 1 - near.distance AS similarity
    FROM told LEFT JOIN near ON near.page_id = told.page_id
    UNION ALL SELECT page_id, words, offers, quality, value, told, similarity FROM further
)
"""
SIMILARITY: Final = """coalesce(similarity, 1 - (
    SELECT {distance} FROM services_pagevector v WHERE v.page_id = known.page_id
), 0) AS similarity"""

BEST: Final = """, bar AS MATERIALIZED (
    SELECT coalesce((
            SELECT told + {meaning} * greatest(0, coalesce(similarity, 0)) AS least
            FROM guessed ORDER BY least DESC OFFSET %(size)s LIMIT 1
        ), 0) - {exactly} AS least,
        {reach} AS reach
), page AS (
    SELECT *, -{relevance} AS place FROM (
        SELECT page_id, words, offers, quality, {similarity} FROM guessed AS known CROSS JOIN bar
        WHERE told + {meaning} * greatest(0, coalesce(similarity, reach)) >= least OFFSET 0
    ) AS measured
)"""
"""The first page by relevance: those that may get onto it. ``least`` is what its last one has for certain, ``reach``
the most similarity that a page may have whose vector was not read."""
REACH: Final = "coalesce((SELECT 1 - max(distance) FROM near), 1)"
"""That of the farthest of the nearest."""

ALL: Final = """, page AS (
    SELECT * FROM (
        SELECT *, -{relevance} AS place FROM (
            SELECT page_id, words, offers, quality, {similarity} FROM guessed AS known OFFSET 0
        ) AS measured
    ) AS placed ORDER BY place, page_id LIMIT {deep}
)"""
"""Any page by relevance."""

BY_VALUE: Final = """, page AS (
    SELECT page_id, words, offers, quality, {similarity}, place FROM (
        SELECT * FROM (
            SELECT *, value AS place FROM guessed ORDER BY place, page_id LIMIT {deep}
        ) AS placed WHERE {after} ORDER BY place, page_id LIMIT %(size)s + 1
    ) AS known
)"""
"""Any page of another order."""

AFTER: Final = "(place, page_id) > (%(after_place)s::float8, %(after_page)s::uuid)"

FURTHER: Final = f"UNION ALL SELECT {facets.KEPT} FROM further"  # noqa: S608  our own columns
SHOWN: Final = f"""shown AS MATERIALIZED (
    SELECT {facets.KEPT} FROM told {{further}}
    LIMIT CASE WHEN (SELECT count(*) FROM told) < {{deep}} THEN NULL ELSE {{sample}} END
)"""  # noqa: S608  our own columns
ROWS: Final = """
SELECT * FROM (
    SELECT page_id, words, similarity, offers, quality, place, NULL AS facet, NULL AS value, NULL::bigint AS number
    FROM page WHERE {after} ORDER BY place, page_id LIMIT %(size)s + 1
) AS cut
UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, sizes.* FROM ({sizes}) AS sizes
"""
TOTAL, SURE = "total", "sure"
SIZE: Final = f"SELECT NULL, '{TOTAL}', count(*) FROM told"  # noqa: S608  our own word
SIZES: Final = f"""
    SELECT NULL, '{TOTAL}', count(*) FROM guessed
    UNION ALL SELECT NULL, '{SURE}', count(*) FROM told WHERE {{surely}}
"""  # noqa: S608  our own words
COUNTS: Final = "UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, counts.* FROM ({selects}) AS counts"

EXACT: Final = """
WITH {asked}
SELECT page_id, words, similarity, offers, quality, {order} AS place
FROM (
    SELECT e.page_id, coalesce(1 - ({distance}), 0) AS similarity, {columns}
    FROM services_searchentry e LEFT JOIN services_pagevector v ON v.page_id = e.page_id
    WHERE {where} AND ({matches} OR ({distance}) <= %(far)s)
) AS found
ORDER BY place, page_id LIMIT {deep}
"""
