"""Why a page was told of a request, or why not, in the API."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.callers import member_of
from marketplace.api import check_filters
from marketplace.clock import utc_now
from marketplace.errors import InvalidInput, NotAllowed, NotFound
from requests.matching.why import Why, why
from requests.models import ServiceRequest
from requests.presentation.why import OUTCOMES, feature_words, outcome_of, outcome_words, rule_words
from services.models import ServicePage
from services.reader import reader_locale


class _Rule(serializers.Serializer[Any]):
    rule = serializers.CharField()
    text = serializers.CharField()
    passed = serializers.BooleanField(allow_null=True, help_text="null where the request does not ask for it")
    asked = serializers.CharField(allow_blank=True)
    offered = serializers.CharField(allow_blank=True)


class _Feature(serializers.Serializer[Any]):
    feature = serializers.CharField()
    value = serializers.FloatField(help_text="0 to 1, 0.5 where nothing is known")
    weight = serializers.FloatField(allow_null=True, help_text="null where the ranking was learned")
    adds = serializers.FloatField(help_text="to the score, against a feature of which nothing is known")


class WhySerializer(serializers.Serializer[Any]):
    """How a page stands to one round of matching."""

    page = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=sorted(OUTCOMES))
    text = serializers.CharField()
    wave = serializers.IntegerField(allow_null=True, help_text="null: none has been, it is as it would be now")
    at = serializers.DateTimeField()
    rules = _Rule(many=True)
    features = _Feature(many=True)
    ranking = serializers.CharField(allow_blank=True, help_text="its name; empty where the index knows no such page")
    score = serializers.FloatField(allow_null=True)
    rank = serializers.IntegerField(allow_null=True, help_text="that it has, or would have if it passed the rules")
    considered = serializers.IntegerField()
    places = serializers.IntegerField()
    told_rank = serializers.IntegerField(allow_null=True, help_text="of its match")


class WhyView(APIView):
    """Why her, and why not her."""

    pagination_class = None

    @extend_schema(
        operation_id="request_why",
        parameters=[OpenApiParameter("page", required=True, description="id or address of a service page")],
        responses=WhySerializer,
    )
    def get(self, request: Request, request_id: UUID) -> Response:
        """Each rule and feature of matching for one page, and where it fell out; for staff."""
        check_filters(request, {"page"})
        member = member_of(request)
        found = ServiceRequest.objects.visible_to(member).select_related("service", "client").filter(pk=request_id)
        if (asked := found.first()) is None:
            raise NotFound
        if not member.is_staff:
            raise NotAllowed
        page = page_named(request.query_params.get("page", ""))
        if page is None:
            message = _("There is no such service page.")
            raise InvalidInput(fields={"page": [{"code": "unknown_page", "message": message}]})
        told = why(asked, page, now=utc_now())
        return Response(_described(told, asked, reader_locale(request._request)))


def page_named(given: str) -> ServicePage | None:
    """The page of this id, readable address or member's email, in whatever state. At most two queries."""
    text = given.replace("\0", "").strip().rstrip("/").rpartition("/")[2][:254]
    pages = ServicePage.objects.select_related("member").prefetch_related("services")
    try:
        return pages.filter(pk=UUID(text)).first()
    except ValueError:
        named = pages.filter(member__email__iexact=text) if "@" in text else pages.filter(slug=text)
        return named.first() if text else None


def _described(told: Why, request: ServiceRequest, locale: str) -> dict[str, Any]:
    return {
        "page": told.page.pk,
        "outcome": outcome_of(told),
        "text": outcome_words(told),
        "wave": told.wave.number if told.wave else None,
        "at": told.moment,
        "rules": [
            {"rule": row.key, "text": row.label, "passed": row.passed, "asked": row.asked, "offered": row.offered}
            for row in rule_words(told, request, locale)
        ],
        "features": [
            {"feature": row.key, "value": row.value, "weight": row.weight, "adds": round(row.adds, 4)}
            for row in feature_words(told)
        ],
        "ranking": told.version,
        "score": told.ranked.score if told.ranked else None,
        "rank": told.position,
        "considered": told.considered,
        "places": told.places,
        "told_rank": told.match.rank if told.match else None,
    }
