"""The pages that may be matched to a request, by the rules of eligibility that the index can tell."""

from typing import Any

from django.db import connection
from pgvector import HalfVector

from services.exchange import to_eur
from services.search.candidate import Candidate, CandidateQuery
from services.search.embedding.chosen import embedder
from services.search.geo import distance_sql
from services.search.plan import Plan, weigh

ON_SITE_KM = 50
"""How far a provider who names no radius goes."""
SOON_DAYS = 30
"""A provider who is free within this time counts as available."""

STATEMENT = """
WITH nearest AS (
    SELECT e.page_id, coalesce(1 - (v.embedding <=> %(vector)s::halfvec), 0) AS similarity,
        coalesce(least(1, -(e.impacts <#> services_question(%(lexemes)s, %(weights)s)) / %(asked)s), 0) AS words,
        {distance} AS distance_km
    FROM services_searchentry e
    LEFT JOIN services_pagevector v ON v.page_id = e.page_id
    WHERE e.service_ids @> ARRAY[%(service)s]
        AND e.taking_work AND (e.available_from IS NULL OR e.available_from <= %(today)s::date + %(soon)s)
        AND ({place})
        {more}
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
    statement, parameters = build(query)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Candidate(*row) for row in cursor.fetchall()]


def build(query: CandidateQuery) -> tuple[str, dict[str, Any]]:
    """The statement and its parameters, also for EXPLAIN."""
    vector = embedder().embed([query.text])[0]
    terms = tuple(weigh(query.text))
    parameters: dict[str, Any] = {
        "lexemes": [term.lexeme for term in terms],
        "weights": [term.weight for term in terms],
        "asked": Plan(terms).weight or 1.0,
        # A text without known words has no direction; its cosine would be NaN.
        "vector": HalfVector(vector).to_text() if vector.any() else None,
        "languages": list(query.languages),
        "skills": [skill.lower() for skill in query.skills],
        "service": query.service_id,
        "today": query.today,
        "soon": SOON_DAYS,
        "limit": query.limit,
        "latitude": query.latitude,
        "longitude": query.longitude,
        "on_site_km": ON_SITE_KM,
        "radius_km": query.radius_km,
    }
    more = _conditions(query, parameters)
    has_place = query.latitude is not None and query.longitude is not None
    statement = STATEMENT.format(
        distance=distance_sql("e") if has_place else "NULL::float",
        place=_place(query, has_place),
        more="".join(f"\n    AND {condition}" for condition in more),
    )
    return statement, parameters


def _place(query: CandidateQuery, has_place: bool) -> str:
    ways = ["e.remote"] if query.remote_ok else []
    if query.on_site and has_place:
        reach = f"e.on_site AND {distance_sql('e')} <= coalesce(e.radius_km, %(on_site_km)s)"
        if query.radius_km is not None:
            reach += f" AND {distance_sql('e')} <= %(radius_km)s"
        ways.append(f"({reach})")
    return " OR ".join(ways) or "false"


def _conditions(query: CandidateQuery, parameters: dict[str, Any]) -> list[str]:
    conditions = []
    if query.languages:
        conditions.append("e.languages && %(languages)s::varchar[]")
    if query.exclude_members:
        conditions.append("e.member_id <> ALL(%(exclude_members)s)")
        parameters["exclude_members"] = list(query.exclude_members)
    if query.exclude_pages:
        conditions.append("e.page_id <> ALL(%(exclude_pages)s)")
        parameters["exclude_pages"] = list(query.exclude_pages)
    if query.only_pages is not None:
        conditions.append("e.page_id = ANY(%(only_pages)s)")
        parameters["only_pages"] = list(query.only_pages)
    most = to_eur(query.budget_max, query.currency) if query.budget_max is not None and query.currency else None
    if most is not None:
        # An hourly rate is held against an hourly budget, another price against a fixed one; an unknown price passes.
        pricing = ("hourly",) if query.budget_type == "hourly" else ("starting", "packages")
        conditions.append("(e.rate_eur IS NULL OR e.pricing <> ALL(%(pricing)s) OR e.rate_eur <= %(most)s)")
        parameters |= {"most": float(most), "pricing": list(pricing)}
    return conditions
