"""The pages that may be matched to a request, by the rules of eligibility that the index can tell.

The list of the request's service is read, the cells first that are nearest in meaning, until there are enough eligible
pages; a list that is not divided, whole. Those that seem best by meaning and quality are then compared exactly, words
included. What a match costs is bounded by both numbers, however long the list.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from marketplace.database import prepared
from services.models.postings import NOWHERE
from services.search.candidate import Candidate, CandidateQuery
from services.search.eligibility import at_place, conditions, distance, listed_conditions, parameters
from services.search.plan import Plan, Term, weigh_all
from services.search.sketches import Planes, difference
from services.search.versions import Asked, ask_all

READ: Final = 6000
"""Eligible pages that are read of a list that is divided into cells."""
LOOKED_AT: Final = 800
"""Of how many pages, the best of those that were read, everything is compared exactly."""

PROMISE: Final = f"""
    0.2 * e.quality + 0.5 * coalesce(CASE
        WHEN e.sketch IS NOT NULL AND {{{{sketched}}}} THEN {{product}} + {difference("vector")}
        ELSE 1 - (SELECT {{{{meant}}}} FROM services_pagevector v WHERE v.page_id = e.page_id)
    END, 0) AS promise
"""  # noqa: S608  our own words
"""What a page of a list seems to be worth by quality and meaning, its words left out."""
CELLS: Final = f"""
    SELECT listed.* FROM (
        SELECT id AS cell, centroid <-> %(cells)s::halfvec AS away, -(centroid <#> %(cells)s::halfvec) AS product
        FROM services_servicecell WHERE service_id = %(service)s
        UNION ALL SELECT {NOWHERE}, NULL, NULL
        ORDER BY away NULLS LAST
    ) AS near CROSS JOIN LATERAL (
        SELECT e.page_id, {PROMISE.format(product="near.product")}
        FROM services_serviceposting e WHERE e.cell = near.cell AND {{listed}} OFFSET 0
    ) AS listed
    LIMIT CASE WHEN EXISTS (SELECT FROM services_servicecell WHERE service_id = %(service)s) THEN {{read}} END
"""  # noqa: S608  our own words
"""The list's cells, the nearest first."""
WHOLE: Final = f"""
    SELECT e.page_id, {PROMISE.format(product="-(c.centroid <#> %(cells)s::halfvec)")}
    FROM services_serviceposting e LEFT JOIN services_servicecell c ON c.id = e.cell WHERE {{listed}}
"""  # noqa: S608  our own words
"""The whole list, where the place leaves few of it."""
PROMISING: Final = "SELECT page_id FROM ({read}) AS promising ORDER BY promise DESC, page_id LIMIT {looked_at}"
EVERY: Final = "SELECT page_id FROM services_searchentry e WHERE {where}"

STATEMENT: Final = """
WITH asked AS MATERIALIZED (
    SELECT services_question(%(lexemes)s, %(weights)s) AS question, %(vector)s::halfvec AS vector,
        %(earlier)s::halfvec AS earlier
),
near AS MATERIALIZED ({near}),
best AS MATERIALIZED (
    SELECT * FROM (
        SELECT e.page_id, e.quality, coalesce(1 - ({meant}), 0) AS similarity, coalesce(
            least(1, -(e.impacts <#> (SELECT question FROM asked)) / %(asked)s), 0
        ) AS words
        FROM near JOIN services_searchentry e ON e.page_id = near.page_id
        LEFT JOIN services_pagevector v ON v.page_id = near.page_id
        WHERE {where} OFFSET 0
    ) AS scored
    ORDER BY 0.5 * similarity + 0.2 * quality + 0.3 * words DESC, page_id LIMIT %(limit)s
)
SELECT e.page_id, e.member_id, b.similarity, b.words, {distance} AS distance_km, e.rate_eur, e.pricing,
    cardinality(ARRAY(SELECT unnest(e.languages) INTERSECT SELECT unnest(%(languages)s::text[]))) AS shared_languages,
    cardinality(ARRAY(SELECT unnest(e.skills) INTERSECT SELECT unnest(%(skills)s::text[]))) AS shared_skills,
    e.rating, e.rating_count, e.hours_per_week, e.first_published_at
FROM best b JOIN services_searchentry e ON e.page_id = b.page_id
ORDER BY 0.5 * b.similarity + 0.2 * b.quality + 0.3 * b.words DESC, e.page_id
"""


def find_candidates(query: CandidateQuery) -> list[Candidate]:
    """See ``services.search.index.candidates``. At most three statements."""
    return find_all([query])[0]


def find_all(queries: Sequence[CandidateQuery]) -> list[list[Candidate]]:
    """The candidates of each query. A statement for each, and three for all of them."""
    return [
        _fetch(query, asked, terms, promising(query, asked), _all(conditions(query)))
        for query, asked, terms in _understood(queries)
    ]


def every_candidate(query: CandidateQuery) -> list[Candidate]:
    """What ``find_candidates`` looks for, by comparing all of every eligible page: the measure of what it finds."""
    where = _all(conditions(query))
    [understood] = _understood([query])
    return _fetch(*understood, EVERY.format(where=where), where)


def measured(query: CandidateQuery, page_id: UUID) -> Candidate | None:
    """One page as a candidate, whether it is eligible or not; None where the index has no such page."""
    [understood] = _understood([query])
    found = _fetch(*understood, "SELECT %(page)s::uuid AS page_id", "true", page=page_id)
    return next(iter(found), None)


def promising(query: CandidateQuery, asked: Asked) -> str:
    """The ids of the pages to be compared exactly, as SQL."""
    read = (WHOLE if at_place(query) else CELLS).format(
        listed=_all(listed_conditions(query)),
        read=READ,
        meant=asked.distance,
        # Sketches do not say by which embedder they are.
        sketched="false" if asked.is_between else "true",
    )
    return PROMISING.format(read=read, looked_at=LOOKED_AT)


def _all(rules: dict[str, str]) -> str:
    return "\n    AND ".join(rules.values())


def _understood(queries: Sequence[CandidateQuery]) -> Iterable[tuple[CandidateQuery, Asked, Sequence[Term]]]:
    """Each query with its text as a vector and as words."""
    texts = [query.text for query in queries]
    return zip(queries, ask_all(texts), weigh_all(texts), strict=True)


def _values(query: CandidateQuery, asked: Asked, terms: Sequence[Term]) -> dict[str, Any]:
    return {
        **parameters(query),
        **asked.parameters,
        **Planes.of(asked.vector).parameters("vector"),
        # The lists are divided anew once all pages are embedded anew.
        "cells": asked.parameters["earlier" if asked.is_between else "vector"],
        "lexemes": [term.lexeme for term in terms],
        "weights": [term.weight for term in terms],
        "asked": Plan(tuple(terms)).weight or 1.0,
        "skills": [skill.lower() for skill in query.skills],
        "limit": query.limit,
    }


def _fetch(
    query: CandidateQuery, asked: Asked, terms: Sequence[Term], near: str, where: str, *, page: UUID | None = None
) -> list[Candidate]:
    statement = STATEMENT.format(near=near, where=where, distance=distance(query), meant=asked.distance)
    return [Candidate._make(row) for row in prepared.ask(statement, _values(query, asked, terms) | {"page": page})]
