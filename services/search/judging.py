"""How one page stands to the rules and the measures of matching: the same ones, asked about it alone."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from services.search.candidate import Candidate, CandidateQuery
from services.search.candidates import measured
from services.search.eligibility import conditions, parameters


@dataclass(frozen=True, slots=True)
class Judged:
    """The page as a candidate, and the rules that the query sets by their names, with whether it passes."""

    candidate: Candidate
    rules: dict[str, bool]


def judge(query: CandidateQuery, page_id: UUID) -> Judged | None:
    """How the page stands to the query; None where the index has no such page. At most four statements."""
    candidate = measured(query, page_id)
    if candidate is None:
        return None
    rules = conditions(query)
    columns = ", ".join(f"coalesce({condition}, false)" for condition in rules.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM services_searchentry e WHERE e.page_id = %(page)s",  # noqa: S608  our own rules
            {**parameters(query), "page": page_id},
        )
        row = cursor.fetchone()
    return Judged(candidate, dict(zip(rules, row, strict=True))) if row else None
