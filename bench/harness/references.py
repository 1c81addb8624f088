"""What the product's search is held against, on the same rows and in the same run."""

from datetime import datetime
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from services.models import PageVector
from services.search.embedding.chosen import embedder
from services.search.engine import Found
from services.search.filters import Filters
from services.search.query import SearchQuery
from services.search.retrieve import exactly

FULL_TEXT = """
SELECT page_id FROM services_searchentry e, websearch_to_tsquery('marketplace', %s) AS asked
WHERE e.words @@ asked ORDER BY ts_rank(e.words, asked) DESC LIMIT 20
"""


def full_text(text: str) -> None:
    """PostgreSQL's own full text search for all of the words."""
    with connection.cursor() as cursor:
        cursor.execute(FULL_TEXT, [text])
        cursor.fetchall()


def vectors() -> NDArray[np.float32]:
    """The vectors of all pages, in memory."""
    stored = PageVector.objects.values_list("embedding", flat=True).iterator()
    return np.array([np.asarray(vector, dtype=np.float32) for vector in stored])


def scan(matrix: NDArray[np.float32], text: str) -> NDArray[np.int64]:
    """The twenty nearest of all pages, each looked at."""
    scores = matrix @ embedder().embed([text])[0]
    nearest = np.argpartition(-scores, min(20, len(scores) - 1))[:20]
    return nearest[np.argsort(-scores[nearest])]


def exact_ids(query: SearchQuery, found: Found, *, now: datetime, most: int) -> set[UUID]:
    """The first pages by the product's ranking of every page that passes the filters and may answer at all."""
    rows = exactly(query, found.plan, Filters(query, today=now.date(), as_of=now), found.scope)
    return {row.page_id for row in rows[:most]}
