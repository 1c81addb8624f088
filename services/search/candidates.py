"""The pages that may be matched to a request, by the rules of eligibility that the index can tell.

Each eligible page is compared by meaning and quality, and the best of them by words too, which move few.
"""

from typing import Any, Final
from uuid import UUID

from django.db import connection
from pgvector import HalfVector

from services.search.candidate import Candidate, CandidateQuery
from services.search.eligibility import conditions, distance, parameters
from services.search.embedding.chosen import embedder
from services.search.plan import Plan, weigh

LOOKED_AT: Final = 600
"""Of how many pages, the best by meaning and quality, the words are compared too. Of the first twenty by everything,
99.8 % were among the first 500 of 95,000."""

STATEMENT: Final = """
WITH asked AS MATERIALIZED (SELECT services_question(%(lexemes)s, %(weights)s) AS question),
near AS MATERIALIZED (
    SELECT page_id, similarity, quality FROM (
        SELECT e.page_id, e.quality, coalesce(1 - (v.embedding <=> %(vector)s::halfvec), 0) AS similarity
        FROM services_searchentry e LEFT JOIN services_pagevector v ON v.page_id = e.page_id
        WHERE {where} OFFSET 0
    ) AS eligible
    ORDER BY 0.5 * similarity + 0.2 * quality DESC, page_id LIMIT {looked_at}
), best AS MATERIALIZED (
    SELECT * FROM (
        SELECT near.*, coalesce(
            least(1, -(e.impacts <#> (SELECT question FROM asked)) / %(asked)s), 0
        ) AS words
        FROM near JOIN services_searchentry e ON e.page_id = near.page_id OFFSET 0
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
    return _fetch(query, _where(query))


def every_candidate(query: CandidateQuery) -> list[Candidate]:
    """What ``find_candidates`` looks for, by comparing all of every eligible page: the measure of what it finds."""
    return _fetch(query, _where(query), looked_at="ALL")


def measured(query: CandidateQuery, page_id: UUID) -> Candidate | None:
    """One page as a candidate, whether it is eligible or not; None where the index has no such page."""
    return next(iter(_fetch(query, "e.page_id = %(page)s", page=page_id)), None)


def _where(query: CandidateQuery) -> str:
    return "\n    AND ".join(conditions(query).values())


def _values(query: CandidateQuery) -> dict[str, Any]:
    vector = embedder().embed([query.text])[0]
    terms = tuple(weigh(query.text))
    return {
        **parameters(query),
        "lexemes": [term.lexeme for term in terms],
        "weights": [term.weight for term in terms],
        "asked": Plan(terms).weight or 1.0,
        # A text without known words has no direction; its cosine would be NaN.
        "vector": HalfVector(vector).to_text() if vector.any() else None,
        "skills": [skill.lower() for skill in query.skills],
        "limit": query.limit,
    }


def _fetch(
    query: CandidateQuery, where: str, *, looked_at: str = str(LOOKED_AT), page: UUID | None = None
) -> list[Candidate]:
    statement = STATEMENT.format(where=where, looked_at=looked_at, distance=distance(query))
    with connection.cursor() as cursor:
        cursor.execute(statement, _values(query) | {"page": page})
        return [Candidate(*row) for row in cursor.fetchall()]
