"""The API's calls about rates, for staff."""

from datetime import UTC, datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from insights.pages import page_growth
from insights.rates import MOST_BUCKETS, STEPS, ceiling, closed_until, floor, headline, series
from marketplace.api import check_filters
from marketplace.clock import utc_now
from marketplace.errors import FieldProblem, InvalidInput
from services.models import Service, ServiceGroup


class BucketSerializer(serializers.Serializer[object]):
    """Requests of one span of time."""

    t = serializers.DateTimeField()
    requests = serializers.IntegerField()


class SeriesSerializer(serializers.Serializer[object]):
    """A series."""

    closed_until = serializers.DateTimeField(allow_null=True)
    results = BucketSerializer(many=True)


class RatesSerializer(serializers.Serializer[object]):
    """Average requests a minute; ``year_on_year`` is a fraction."""

    minute = serializers.FloatField(allow_null=True)
    hour = serializers.FloatField(allow_null=True)
    day = serializers.FloatField(allow_null=True)
    year = serializers.FloatField(allow_null=True)
    year_on_year = serializers.FloatField(allow_null=True)


class PagesSerializer(serializers.Serializer[object]):
    """Published pages; ``year_on_year`` is a fraction."""

    total = serializers.IntegerField()
    year_on_year = serializers.FloatField(allow_null=True)


class OverviewSerializer(serializers.Serializer[object]):
    """The headline."""

    requests_per_minute = RatesSerializer()
    pages = PagesSerializer()
    closed_until = serializers.DateTimeField(allow_null=True)


class RequestRateView(APIView):
    """Requests in time."""

    permission_classes = (IsAdminUser,)

    @extend_schema(
        responses=SeriesSerializer,
        parameters=[
            OpenApiParameter("from", OpenApiTypes.DATETIME, required=True),
            OpenApiParameter("to", OpenApiTypes.DATETIME, required=True),
            OpenApiParameter("step", enum=list(STEPS)),
            OpenApiParameter("service", description="slug of a service or of a group"),
        ],
    )
    def get(self, request: Request) -> Response:
        """First publications in each minute, hour or day (UTC) that the span from ``from`` to before ``to`` touches.
        Buckets are whole: ``from`` is floored and ``to`` raised to the step. Minutes from ``closed_until`` on are not
        counted yet."""
        check_filters(request, {"from", "to", "step", "service"})
        problems: dict[str, list[FieldProblem]] = {}
        since, until = _moment(request, "from", problems), _moment(request, "to", problems)
        step = request.query_params.get("step", "minute")
        if step not in STEPS:
            problems["step"] = [_problem("unknown_value", _("Choose minute, hour or day."))]
        service, group = _narrowed(request, problems)
        if problems or since is None or until is None:
            raise InvalidInput(fields=problems)
        _check_span(since, until, step)
        rows = series(since=since, until=until, step=step, service=service, group=group)
        results = [{"t": start, "requests": requests} for start, requests in rows]
        return Response({"closed_until": closed_until(), "results": results})


class OverviewView(APIView):
    """The headline."""

    permission_classes = (IsAdminUser,)

    @extend_schema(responses=OverviewSerializer)
    def get(self, request: Request) -> Response:
        """Requests a minute now, over an hour, a day and a year, and pages, with their growth."""
        check_filters(request)
        rates = headline()
        total, growth = page_growth(now=utc_now())
        return Response(
            {
                "requests_per_minute": {
                    "minute": rates.minute,
                    "hour": rates.hour,
                    "day": rates.day,
                    "year": rates.year,
                    "year_on_year": rates.year_on_year,
                },
                "pages": {"total": total, "year_on_year": growth},
                "closed_until": rates.closed_until,
            }
        )


def _moment(request: Request, name: str, problems: dict[str, list[FieldProblem]]) -> datetime | None:
    given = request.query_params.get(name)
    if not given:
        problems[name] = [_problem("required", _("Name a time."))]
        return None
    try:
        # "+" in an address that was not encoded arrives as a space.
        moment = parse_datetime(given.replace(" ", "+")) if len(given) < 64 else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1970 < moment.year < 9000:
        problems[name] = [_problem("invalid", _("Write a time with its zone, such as 2026-11-24T12:00:00Z."))]
        return None
    return moment.astimezone(UTC)


def _narrowed(request: Request, problems: dict[str, list[FieldProblem]]) -> tuple[Service | None, ServiceGroup | None]:
    slug = request.query_params.get("service", "")
    if not slug:
        return None, None
    service = Service.objects.filter(slug=slug[:60]).first()
    group = None if service else ServiceGroup.objects.filter(slug=slug[:60]).first()
    if service is None and group is None:
        problems["service"] = [_problem("unknown_service", _("The catalogue has no such service or group."))]
    return service, group


def _check_span(since: datetime, until: datetime, step: str) -> None:
    if until < since:
        raise InvalidInput(fields={"to": [_problem("reversed", _("This lies before the beginning."))]})
    if (ceiling(until, step) - floor(since, step)) / STEPS[step] > MOST_BUCKETS:
        message = _("These are more than 10,000 buckets. Choose a larger step or a shorter time.")
        raise InvalidInput(fields={"step": [_problem("too_many", message)]})


def _problem(code: str, message: str) -> FieldProblem:
    return {"code": code, "message": message}
