"""How fast providers answer what they are asked.

The median, over the requests of the last 90 days that a provider was told of and answered, of the time from being told
to the first answer: a message to the client, a proposal, or a decline with a reason. With fewer than three cases
nothing is said. The page keeps the result in a column, so that showing it costs nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from services.actions import record_response_times
from services.models import ServicePage

SPAN: Final = timedelta(days=90)
FEWEST: Final = 3
BATCH: Final = 2000
"""Pages that one run measures; the task calls itself for the rest."""

SQL = """
WITH leads AS (
    SELECT id, page_id, request_id, notified_at, declined_at FROM requests_match
    WHERE page_id = ANY(%(pages)s) AND created_at > %(since)s AND notified_at > %(since)s
), answers AS (
    SELECT page_id, request_id, submitted_at AS said_at FROM requests_proposal
    WHERE page_id = ANY(%(pages)s) AND submitted_at > %(since)s
    UNION ALL
    SELECT talk.page_id, talk.request_id, message.created_at
    FROM messaging_conversation talk
    JOIN messaging_message message ON message.conversation_id = talk.id AND message.sender_id = talk.provider_id
    WHERE talk.page_id = ANY(%(pages)s) AND talk.last_message_at > %(since)s AND message.created_at > %(since)s
), answered AS (
    SELECT leads.page_id, leads.notified_at, least(leads.declined_at, min(answers.said_at)) AS answered_at
    FROM leads LEFT JOIN answers
        ON answers.page_id = leads.page_id AND answers.request_id = leads.request_id
        AND answers.said_at >= leads.notified_at
    GROUP BY leads.id, leads.page_id, leads.notified_at, leads.declined_at
)
SELECT page_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM answered_at - notified_at)), count(*)
FROM answered
WHERE answered_at >= notified_at AND answered_at <= %(now)s
GROUP BY page_id
"""


@dataclass(frozen=True, slots=True)
class ResponseTime:
    """The median in seconds, and of how many cases. Without cases there is no median."""

    seconds: int | None = None
    cases: int = 0

    @property
    def is_shown(self) -> bool:
        """Whether there are enough cases for the median to be said."""
        return self.cases >= FEWEST


def response_times(pages: Sequence[UUID], *, now: datetime) -> dict[UUID, ResponseTime]:
    """Response times of the pages that have any case at all. One query."""
    values: dict[str, Any] = {"pages": list(pages), "since": now - SPAN, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(SQL, values)
        return {page_id: ResponseTime(round(seconds), cases) for page_id, seconds, cases in cursor.fetchall()}


def measure(pages: Sequence[UUID], *, now: datetime) -> dict[UUID, int]:
    """Median seconds to the first answer by page; pages with too few cases are missing. One query."""
    found = response_times(pages, now=now)
    return {page_id: each.seconds for page_id, each in found.items() if each.seconds is not None and each.is_shown}


def measure_batch(after: UUID | None, *, now: datetime) -> UUID | None:
    """Measures the published pages that follow ``after``; the last of them, or None where there are no more."""
    pages = ServicePage.objects.published().order_by("pk").values_list("pk", flat=True)
    batch = list(pages.filter(pk__gt=after)[:BATCH] if after else pages[:BATCH])
    record_response_times(pages=batch, seconds=measure(batch, now=now))
    return batch[-1] if len(batch) == BATCH else None
