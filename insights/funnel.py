"""From posted to answered: how far requests get, and how fast."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Count, Q

from requests.models import Match, MatchState, ServiceRequest
from services.models import PageService, PageStatus

SPAN: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Funnel:
    """Requests first published in the last 30 days, and how many of them got how far. Times in seconds."""

    posted: int
    matched: int
    viewed: int
    answered: int
    first_match_median: float | None
    first_match_p95: float | None


def funnel(*, now: datetime) -> Funnel:
    """The funnel. Three queries."""
    recent = ServiceRequest.objects.filter(first_published_at__gte=now - SPAN)
    of_recent = Match.objects.filter(request__first_published_at__gte=now - SPAN)
    counts = of_recent.aggregate(
        matched=Count("request", distinct=True),
        viewed=Count("request", distinct=True, filter=~Q(state=MatchState.NOTIFIED)),
        answered=Count("request", distinct=True, filter=Q(state__in=[MatchState.PROPOSED, MatchState.DECLINED])),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds),
                percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds)
            FROM (SELECT extract(epoch FROM matched_at - first_published_at) AS seconds FROM requests_servicerequest
                  WHERE first_published_at >= %s AND matched_at >= first_published_at) AS times
            """,
            [now - SPAN],
        )
        median, p95 = cursor.fetchone()
    return Funnel(recent.count(), counts["matched"], counts["viewed"], counts["answered"], median, p95)


def supply_and_demand(*, now: datetime, most: int = 12) -> list[tuple[str, int, int]]:
    """(service, published pages that offer it, requests of the last 30 days), most wanted first. Two queries."""
    wanted = (
        ServiceRequest.objects.filter(first_published_at__gte=now - SPAN)
        .order_by()
        .values_list("service_id", "service__name")
        .annotate(count=Count("pk"))
        .order_by("-count", "service__name")[:most]
    )
    rows = list(wanted)
    offers = PageService.objects.filter(service_id__in=[row[0] for row in rows], page__status=PageStatus.PUBLISHED)
    supply = dict(offers.order_by().values_list("service_id").annotate(count=Count("pk")))
    return [(name, supply.get(service, 0), count) for service, name, count in rows]
