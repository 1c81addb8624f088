"""Which of a few pages answer a search: what saved searches ask about pages that were published since."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.search.engines.base import ALWAYS
from services.search.filters import Filters
from services.search.plan import understand
from services.search.query import SearchQuery
from services.search.retrieve import Wanted, retrieve
from services.search.scope import Scope


def among(query: SearchQuery, page_ids: Sequence[UUID], *, without: UUID, today: date) -> list[UUID]:
    """Those of the pages that the search finds by all its words, by service or by meaning, newest first.

    Without those of the member ``without``. As many queries as it takes to understand the words, and one more.
    """
    filters = Filters(query, today=today, as_of=ALWAYS)
    filters.conditions["among"] = "e.page_id = ANY(%(among)s) AND e.member_id <> %(without)s"
    filters.parameters |= {"among": list(page_ids), "without": without}
    plan = understand(query.text)
    asked = replace(query, sort="newest")
    # However many they are, each is compared.
    found = retrieve(asked, plan, filters, Scope(), passing=0, matching=0, wanted=Wanted(len(page_ids)))
    return [row.page_id for row in found.rows]
