"""The API's calls about the caller's own numbers."""

from datetime import timedelta
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.callers import member_of
from insights.performance.client import charts as client_charts
from insights.performance.client import waiting as client_waiting
from insights.performance.client.numbers import MEASURES as CLIENT_MEASURES
from insights.performance.client.numbers import summary
from insights.performance.provider import waiting as provider_waiting
from insights.performance.provider.numbers import MEASURES, Performance, nothing, performance
from insights.performance.serializers import PerformanceSerializer, RequestsSummarySerializer
from insights.performance.sides import page_of
from insights.performance.spans import DEFAULT, SPANS, Span, Window, find_span
from marketplace.api import check_filters
from marketplace.api.filters import one_of
from marketplace.clock import utc_now

RANGE = OpenApiParameter("range", enum=list(SPANS), default=DEFAULT.key, description="12m are 52 weeks.")


class PerformanceView(APIView):
    """The caller as a provider."""

    @extend_schema(responses=PerformanceSerializer, parameters=[RANGE])
    def get(self, request: Request) -> Response:
        """Impressions, views, matches, proposals and wins of the range and the one before; what waits."""
        span, now = _span(request), utc_now()
        page = page_of(member_of(request))
        found = performance(page, span.window(now), now=now) if page else nothing(span.window(now))
        answer = {
            **_window(span, found.window),
            **{key: found.count(key) for key in (*(each.key for each in MEASURES), "jobs", "reviews")},
            "page": str(page.pk) if page else None,
            "win_rate": found.win_rate,
            "response_time": found.response,
            "rating": page.rating if page else None,
            "rating_count": page.rating_count if page else 0,
            "days": _days(span, found),
            "waiting": provider_waiting.waiting(page, now=now) if page else [],
        }
        return Response(PerformanceSerializer(answer).data)


class RequestsSummaryView(APIView):
    """The caller as a client."""

    @extend_schema(responses=RequestsSummarySerializer, parameters=[RANGE])
    def get(self, request: Request) -> Response:
        """Requests, proposals and agreements of the range and the one before; twelve months; what waits."""
        span, now, member = _span(request), utc_now(), member_of(request)
        found = summary(member, span.window(now))
        answer = {
            **_window(span, found.window),
            **{each.key: found.count(each.key) for each in CLIENT_MEASURES},
            "open": found.open,
            "first_match": found.first_match,
            "first_proposal": found.first_proposal,
            "agreed": found.agreed,
            "months": [
                {"month": row.key} | {each.key: value for each, value in zip(CLIENT_MEASURES, row.values, strict=True)}
                for row in client_charts.months(span, found).rows
            ],
            "waiting": client_waiting.waiting(member, now=now),
        }
        return Response(RequestsSummarySerializer(answer).data)


def _span(request: Request) -> Span:
    """Raises InvalidInput for an unknown range and for anything else in the address."""
    check_filters(request, {"range"})
    return find_span(one_of(request, "range", SPANS) or DEFAULT.key)


def _window(span: Span, window: Window) -> dict[str, Any]:
    return {"range": span.key, "before": window.before, "since": window.since, "last": window.last}


def _days(span: Span, found: Performance) -> list[dict[str, Any]]:
    days = [found.window.since + timedelta(days=at) for at in range(span.days)]
    return [{"day": day} | {each.key: found.days[each.key].get(day, 0) for each in MEASURES} for day in days]
