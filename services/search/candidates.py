"""The pages that may be matched to a request, by the rules of eligibility that the index can tell: all of them are
compared by meaning and words; of very many those of the best quality."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from marketplace.database import prepared
from services.search.candidate import Candidate, CandidateQuery
from services.search.eligibility import conditions, distance, parameters
from services.search.plan import Plan, weigh_all
from services.search.statements import ASKED, WORDS
from services.search.versions import Asked, ask_all

MOST: Final = 6000
"""Eligible pages that are compared. PostgreSQL answers among few pages, and stands in where there are more."""
EVERY: Final = "SELECT e.page_id FROM services_searchentry e WHERE {where}"
BEST: Final = f"{EVERY} ORDER BY e.quality DESC LIMIT {MOST}"

STATEMENT: Final = f"""
WITH {ASKED},
near AS MATERIALIZED ({{near}}),
best AS MATERIALIZED (
    SELECT * FROM (
        SELECT e.page_id, e.quality, coalesce(1 - ({{meant}}), 0) AS similarity,
            least(1, {WORDS} / %(asked)s) AS words
        FROM near JOIN services_searchentry e ON e.page_id = near.page_id
        LEFT JOIN services_pagevector v ON v.page_id = near.page_id OFFSET 0
    ) AS scored
    ORDER BY 0.5 * similarity + 0.2 * quality + 0.3 * words DESC, page_id LIMIT %(limit)s
)
SELECT e.page_id, e.member_id, b.similarity, b.words, {{distance}} AS distance_km, e.rate_eur, e.pricing,
    cardinality(ARRAY(SELECT unnest(e.languages) INTERSECT SELECT unnest(%(languages)s::text[]))) AS shared_languages,
    cardinality(ARRAY(SELECT unnest(e.skills) INTERSECT SELECT unnest(%(skills)s::text[]))) AS shared_skills,
    e.rating, e.rating_count, e.hours_per_week, e.first_published_at
FROM best b JOIN services_searchentry e ON e.page_id = b.page_id
ORDER BY 0.5 * b.similarity + 0.2 * b.quality + 0.3 * b.words DESC, e.page_id
"""  # noqa: S608  our own words


def find_candidates(query: CandidateQuery) -> list[Candidate]:
    """See ``services.search.index.candidates``. At most three statements."""
    return find_all([query])[0]


def find_all(queries: Sequence[CandidateQuery]) -> list[list[Candidate]]:
    """The candidates of each query. A statement for each, and three for all of them."""
    return [_fetch(query, asked, plan, BEST) for query, asked, plan in _understood(queries)]


def every_candidate(query: CandidateQuery) -> list[Candidate]:
    """What ``find_candidates`` looks for, by comparing all of every eligible page: the measure of what it finds."""
    [understood] = _understood([query])
    return _fetch(*understood, EVERY)


def measured(query: CandidateQuery, page_id: UUID) -> Candidate | None:
    """One page as a candidate, whether it is eligible or not; None where the index has no such page."""
    [understood] = _understood([query])
    found = _fetch(*understood, "SELECT %(page)s::uuid AS page_id", page=page_id)
    return next(iter(found), None)


def _understood(queries: Sequence[CandidateQuery]) -> Iterable[tuple[CandidateQuery, Asked, Plan]]:
    """Each query with its text as a vector and as words."""
    texts = [query.text for query in queries]
    return zip(queries, ask_all(texts), weigh_all(texts), strict=True)


def _values(query: CandidateQuery, asked: Asked, plan: Plan) -> dict[str, Any]:
    return {
        **parameters(query),
        **asked.parameters,
        "numbers": [term.number for term in plan.terms],
        "weights": [term.weight for term in plan.terms],
        "mean_length": plan.mean_length,
        "asked": plan.weight or 1.0,
        "skills": [skill.lower() for skill in query.skills],
        "limit": query.limit,
    }


def _fetch(query: CandidateQuery, asked: Asked, plan: Plan, near: str, *, page: UUID | None = None) -> list[Candidate]:
    """``near``: the pages, as SQL, in which ``{where}`` stands for the rules of eligibility."""
    where = "\n    AND ".join(conditions(query).values())
    statement = STATEMENT.format(near=near.format(where=where), distance=distance(query), meant=asked.distance)
    return [Candidate._make(row) for row in prepared.ask(statement, _values(query, asked, plan) | {"page": page})]
