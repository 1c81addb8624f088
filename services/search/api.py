"""Search as the API answers it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from marketplace.api import check_filters
from marketplace.errors import FieldProblem, InvalidInput
from services.models import Service, ServiceGroup, WorkLocation
from services.search.cards import Card, cards
from services.search.engine import PER_PAGE, search
from services.search.instead import instead
from services.search.query import LONGEST_TEXT, SORTS, SearchQuery, parse, read_flag
from services.search.suggest import suggest

MOST = 100
SEARCH_PARAMETERS = [
    OpenApiParameter("q", description="words"),
    OpenApiParameter("service", description="slug"),
    OpenApiParameter("group", description="slug of a group of the catalogue"),
    OpenApiParameter("skill"),
    OpenApiParameter("country", description="ISO 3166-1 alpha-2"),
    OpenApiParameter("near", description="latitude,longitude"),
    OpenApiParameter("radius_km", type=float, description="around near, 50 by default"),
    OpenApiParameter("remote", type=bool),
    OpenApiParameter("max_rate", type=int, description="minor units of currency"),
    OpenApiParameter("currency", description="ISO 4217"),
    OpenApiParameter("language", description="ISO 639-1"),
    OpenApiParameter("min_rating", type=float),
    OpenApiParameter("available", type=bool),
    OpenApiParameter("sort", enum=SORTS),
    OpenApiParameter("instead", type=bool, description="where nothing is found, say what there is instead"),
    OpenApiParameter("cursor"),
    OpenApiParameter("page_size", type=int),
]


class _Provider(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class _Result(serializers.Serializer[Any]):
    """A page in the results."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    title = serializers.CharField()
    provider = _Provider()
    services = serializers.ListField(child=serializers.CharField())
    rate = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField(allow_null=True)
    country = serializers.CharField(allow_null=True)
    city = serializers.CharField(allow_null=True)
    remote = serializers.BooleanField()
    rating = serializers.FloatField(allow_null=True)
    reviews = serializers.IntegerField()
    explanation = serializers.ListField(child=serializers.CharField())


class _Value(serializers.Serializer[Any]):
    value = serializers.CharField()
    count = serializers.IntegerField()
    approx = serializers.BooleanField()


class _Fewer(serializers.Serializer[Any]):
    without = serializers.ListField(child=serializers.CharField(), help_text="filters; price stands for max_rate")
    total = serializers.IntegerField()
    approx = serializers.BooleanField()


class _NearService(serializers.Serializer[Any]):
    service = serializers.CharField()
    total = serializers.IntegerField()
    approx = serializers.BooleanField()


class _Instead(serializers.Serializer[Any]):
    """What there is where nothing was found."""

    fewer = _Fewer(many=True)
    services = _NearService(many=True)


class SearchSerializer(serializers.Serializer[Any]):
    """A page of results, with facets."""

    results = _Result(many=True)
    next = serializers.URLField(allow_null=True)
    total = serializers.IntegerField()
    total_approx = serializers.BooleanField()
    corrections = serializers.DictField(child=serializers.CharField())
    words_found = serializers.ChoiceField(
        choices=("all", "some", "none"),
        allow_null=True,
        help_text="how many of the words these results have; with none of them they offer the service that is meant, or"
        " are near in meaning; null without words, and without results",
    )
    facets = serializers.DictField(child=_Value(many=True))
    instead = _Instead(required=False, help_text="only where it was asked for and nothing was found")


def search_answer(request: Request, *, now: datetime) -> dict[str, Any]:
    """The answer to a search. Raises InvalidInput and the errors of cursors."""
    given = request.query_params
    query, wants_more = parse(given), read_flag(given, "instead")
    check_catalogue(query)
    found = search(query, now=now, cursor=given.get("cursor", ""), size=_size(given.get("page_size")))
    address = request.build_absolute_uri()
    is_nothing = not found.hits and not given.get("cursor")
    nothing = {"instead": _instead(query, now)} if wants_more and is_nothing else {}
    return {
        **nothing,
        "results": [_result(card, reasons) for card, reasons in cards(found)],
        "next": replace_query_param(address, "cursor", found.cursor) if found.cursor else None,
        "total": found.total,
        "total_approx": found.total_is_estimate,
        "corrections": found.plan.corrections,
        "words_found": found.words_found or None,
        "facets": {
            name: [{"value": each.value, "count": each.count, "approx": each.approx} for each in values]
            for name, values in found.facets.items()
        },
    }


def _instead(query: SearchQuery, now: datetime) -> dict[str, Any]:
    found = instead(query, now=now)
    return {
        "fewer": [{"without": each.without, "total": each.total, "approx": each.is_estimate} for each in found.fewer],
        "services": [
            {"service": each.slug, "total": each.total, "approx": each.is_estimate} for each in found.services
        ],
    }


def _result(card: Card, reasons: list[str]) -> dict[str, Any]:
    return {
        "id": card.id,
        "slug": card.slug,
        "title": card.title,
        "provider": {"id": card.member_id, "name": card.provider},
        "services": [slug for slug, _name in card.services],
        "rate": card.rate,
        "currency": card.currency or None,
        "country": card.country or None,
        "city": card.city or None,
        "remote": card.work_location in {WorkLocation.REMOTE, WorkLocation.BOTH},
        "rating": card.rating,
        "reviews": card.rating_count,
        "explanation": reasons,
    }


def check_catalogue(query: SearchQuery) -> None:
    """Raises InvalidInput for a service or a group that the catalogue never had: a retired one finds nothing."""
    if query.service and not Service.objects.filter(slug=query.service).exists():
        problem: FieldProblem = {"code": "unknown_service", "message": _("The catalogue has no such service.")}
        raise InvalidInput(fields={"service": [problem]})
    if query.group and not ServiceGroup.objects.filter(slug=query.group).exists():
        problem = {"code": "unknown_group", "message": _("The catalogue has no such group.")}
        raise InvalidInput(fields={"group": [problem]})


def _size(given: str | None) -> int:
    if given is None:
        return PER_PAGE
    if not (given.isascii() and given.isdigit() and len(given) < 4 and 1 <= int(given) <= MOST):
        message = _("Must be a whole number from 1 to %(most)s.") % {"most": MOST}
        raise InvalidInput(fields={"page_size": [{"code": "invalid", "message": message}]})
    return int(given)


class _Suggestion(serializers.Serializer[Any]):
    text = serializers.CharField()
    kind = serializers.ChoiceField(choices=("service", "skill", "word"))


class SuggestionsSerializer(serializers.Serializer[Any]):
    """What may be meant."""

    results = _Suggestion(many=True)


class SuggestionsView(APIView):
    """Suggestions while somebody types."""

    permission_classes = (AllowAny,)
    pagination_class = None

    @extend_schema(
        operation_id="services_suggest",
        parameters=[OpenApiParameter("q", required=True, description="what was typed so far")],
        responses=SuggestionsSerializer,
    )
    def get(self, request: Request) -> Response:
        """Services, skills and words that begin so: at most eight; none for less than two characters."""
        check_filters(request, {"q"})
        text = request.query_params.get("q", "").replace("\0", " ")
        if len(text) > LONGEST_TEXT:
            message = _("This may have at most %(most)s characters.") % {"most": LONGEST_TEXT}
            raise InvalidInput(fields={"q": [{"code": "max_length", "message": message}]})
        return Response({"results": [{"text": each.text, "kind": each.kind} for each in suggest(text)]})
