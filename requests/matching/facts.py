"""What happened so far to the candidates of a request."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Max, Q

from requests.matching.features import Facts
from requests.models import Match, MatchState

DAY: Final = timedelta(hours=24)
MONTH: Final = timedelta(days=30)
SEEN_FOR: Final = timedelta(days=2)
"""A lead younger than this that was not answered yet does not speak against the provider."""
ENOUGH: Final = 3
"""Leads from which the share of answered ones says something."""


def facts_about(page_ids: Sequence[UUID], *, now: datetime, before: datetime | None = None) -> dict[UUID, Facts]:
    """Facts of the pages that were ever matched, or were ``before`` a moment. One query on the index of a page's
    matches."""
    past = Q(created_at__lt=before) if before is not None else Q()
    settled = Q(created_at__gte=now - MONTH) & (~Q(state=MatchState.NOTIFIED) | Q(created_at__lt=now - SEEN_FOR))
    answered = Q(state=MatchState.PROPOSED, created_at__gte=now - MONTH)
    rows = (
        Match.objects.filter(past, page_id__in=page_ids)
        .order_by()
        .values("page_id")
        .annotate(
            today=Count("id", filter=Q(created_at__gt=now - DAY)),
            month=Count("id", filter=Q(created_at__gte=now - MONTH)),
            last=Max("created_at"),
            settled=Count("id", filter=settled),
            answered=Count("id", filter=answered),
        )
    )
    return {
        row["page_id"]: Facts(
            leads_today=row["today"],
            leads_30_days=row["month"],
            last_matched_at=row["last"],
            acceptance=row["answered"] / row["settled"] if row["settled"] >= ENOUGH else None,
        )
        for row in rows
    }
