"""The pages that may be matched to a request, by the rules of eligibility that the index can tell."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from pgvector import HalfVector

from services.search.candidate import Candidate, CandidateQuery
from services.search.eligibility import conditions, distance, parameters
from services.search.embedding.chosen import embedder
from services.search.plan import Plan, weigh

STATEMENT = """
WITH nearest AS (
    SELECT e.page_id, coalesce(1 - (v.embedding <=> %(vector)s::halfvec), 0) AS similarity,
        coalesce(least(1, -(e.impacts <#> services_question(%(lexemes)s, %(weights)s)) / %(asked)s), 0) AS words,
        {distance} AS distance_km
    FROM services_searchentry e
    LEFT JOIN services_pagevector v ON v.page_id = e.page_id
    WHERE {where}
    ORDER BY 0.5 * coalesce(1 - (v.embedding <=> %(vector)s::halfvec), 0) + 0.2 * e.quality
        + 0.3 * coalesce(least(1, -(e.impacts <#> services_question(%(lexemes)s, %(weights)s)) / %(asked)s), 0) DESC,
        e.page_id
    LIMIT %(limit)s
)
SELECT e.page_id, e.member_id, n.similarity, n.words, n.distance_km, e.rate_eur, e.pricing,
    cardinality(ARRAY(SELECT unnest(e.languages) INTERSECT SELECT unnest(%(languages)s::text[]))) AS shared_languages,
    cardinality(ARRAY(SELECT unnest(e.skills) INTERSECT SELECT unnest(%(skills)s::text[]))) AS shared_skills,
    e.rating, e.rating_count, e.hours_per_week, e.first_published_at
FROM nearest n JOIN services_searchentry e ON e.page_id = n.page_id
ORDER BY 0.5 * n.similarity + 0.2 * e.quality + 0.3 * n.words DESC, e.page_id
"""


def find_candidates(query: CandidateQuery) -> list[Candidate]:
    """See ``services.search.index.candidates``. At most three statements."""
    return _fetch(*build(query))


def measured(query: CandidateQuery, page_id: UUID) -> Candidate | None:
    """One page as a candidate, whether it is eligible or not; None where the index has no such page."""
    statement, values = _statement(query, "e.page_id = %(page)s")
    return next(iter(_fetch(statement, values | {"page": page_id})), None)


def build(query: CandidateQuery) -> tuple[str, dict[str, Any]]:
    """The statement and its parameters, also for EXPLAIN."""
    return _statement(query, "\n        AND ".join(conditions(query).values()))


def _statement(query: CandidateQuery, where: str) -> tuple[str, dict[str, Any]]:
    """The best pages of those for which the condition holds, and its parameters."""
    vector = embedder().embed([query.text])[0]
    terms = tuple(weigh(query.text))
    values = {
        **parameters(query),
        "lexemes": [term.lexeme for term in terms],
        "weights": [term.weight for term in terms],
        "asked": Plan(terms).weight or 1.0,
        # A text without known words has no direction; its cosine would be NaN.
        "vector": HalfVector(vector).to_text() if vector.any() else None,
        "skills": [skill.lower() for skill in query.skills],
        "limit": query.limit,
    }
    return STATEMENT.format(distance=distance(query), where=where), values


def _fetch(statement: str, values: Mapping[str, Any]) -> list[Candidate]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Candidate(*row) for row in cursor.fetchall()]
