"""What happened so far to the candidates of a request."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from requests.matching.features import Facts
from requests.models import MatchState, Wave

DAY: Final = timedelta(hours=24)
MONTH: Final = timedelta(days=30)
SEEN_FOR: Final = timedelta(days=2)
"""A lead younger than this that was not answered yet does not speak against the provider."""
ENOUGH: Final = 3
"""Leads from which the share of answered ones says something."""
# Page by page, and from indexes alone: a lead that has a row of the table read takes ten times as long, and a busy page
# has hundreds of a month. What was answered, or only seen, is in an index of its own, which has few rows.
STATEMENT: Final = """
    SELECT page.id, lead.today, lead.month, lead.last, lead.old + answer.early, answer.proposed
    FROM unnest(%(pages)s::uuid[]) AS page (id) CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE created_at > %(day)s) AS today,
            count(*) AS month,
            max(created_at) AS last,
            count(*) FILTER (WHERE created_at < %(seen)s) AS old
        FROM requests_match WHERE page_id = page.id AND created_at >= %(month)s {until}
    ) AS lead CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE created_at >= %(seen)s) AS early,
            count(*) FILTER (WHERE state = %(proposed)s) AS proposed
        FROM requests_match WHERE page_id = page.id AND created_at >= %(month)s AND state <> %(notified)s {until}
    ) AS answer
    WHERE lead.month > 0
"""
NOW: Final = STATEMENT.format(until="")
# Requests that are matched together are matched at one moment, one after the other, and their waves stored in order.
BEFORE: Final = STATEMENT.format(
    until="""AND (created_at < %(moment)s OR created_at = %(moment)s AND EXISTS (
                SELECT FROM requests_wave AS earlier WHERE earlier.request_id = requests_match.request_id
                    AND earlier.number = requests_match.wave AND earlier.id < %(wave)s
            ))"""
)
LEADS_TODAY: Final = """
    SELECT page_id, count(*) FROM requests_match
    WHERE page_id = ANY(%(pages)s) AND created_at > %(day)s GROUP BY page_id
"""


def facts_about(page_ids: Collection[UUID], *, now: datetime, before: Wave | None = None) -> dict[UUID, Facts]:
    """Facts of the pages that were matched in the last 30 days, or were before a wave that is over. One query."""
    asked: dict[str, Any] = {
        "pages": list(page_ids),
        "day": now - DAY,
        "month": now - MONTH,
        "seen": now - SEEN_FOR,
        "notified": MatchState.NOTIFIED.value,
        "proposed": MatchState.PROPOSED.value,
    }
    if before is not None:
        asked |= {"moment": before.created_at, "wave": before.pk}
    with connection.cursor() as cursor:
        cursor.execute(NOW if before is None else BEFORE, asked)
        return {
            page_id: Facts(
                leads_today=today,
                leads_30_days=month,
                last_matched_at=last,
                acceptance=answered / settled if settled >= ENOUGH else None,
            )
            for page_id, today, month, last, settled, answered in cursor.fetchall()
        }


def leads_today(page_ids: Collection[UUID], *, now: datetime) -> dict[UUID, int]:
    """Leads of the last 24 hours of pages that had any, as they are committed now. One query."""
    with connection.cursor() as cursor:
        cursor.execute(LEADS_TODAY, {"pages": list(page_ids), "day": now - DAY})
        return dict(cursor.fetchall())
