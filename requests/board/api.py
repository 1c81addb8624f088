"""The board as the API answers it."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.callers import member_of
from marketplace.api import CursorPages, check_filters
from requests.board.filters import FILTERS, PLACES, SORTS, parse
from requests.board.find import ORDERS, find
from requests.client_facts import client_facts
from requests.models import BudgetType, TimeFrame
from requests.serializers import RequestSerializer

PARAMETERS = [
    OpenApiParameter("q", description="words of title or details, or a service"),
    OpenApiParameter("service", description="slug"),
    OpenApiParameter("group", description="slug of a group of the catalogue"),
    OpenApiParameter("budget_type", enum=BudgetType.values),
    OpenApiParameter("min_budget", type=int, description="minor units of currency"),
    OpenApiParameter("currency", description="ISO 4217"),
    OpenApiParameter("place", enum=[value for value, _label in PLACES]),
    OpenApiParameter("country", description="ISO 3166-1 alpha-2"),
    OpenApiParameter("language", description="ISO 639-1"),
    OpenApiParameter("time_frame", enum=TimeFrame.values),
    OpenApiParameter("mine", type=bool, description="true: only services that the caller's page offers"),
    OpenApiParameter("reach", type=bool, description="true: only what the caller can do from where her page is"),
    OpenApiParameter("sort", enum=[value for value, _label in SORTS]),
]


class BoardView(APIView):
    """Open public requests of others."""

    @extend_schema(responses=RequestSerializer(many=True), parameters=PARAMETERS)
    def get(self, request: Request) -> Response:
        """Requests that every provider may answer."""
        check_filters(request, FILTERS)
        query = parse({name: value for name, value in request.query_params.items() if name in FILTERS})
        member = member_of(request)
        found = find(query, reader=member).select_related("service").prefetch_related("invitations", "attachments")
        pages = CursorPages()
        pages.ordering = ORDERS[query.sort]
        rows = pages.paginate_queryset(found, request) or []
        context = {"reader": member, "clients": client_facts(row.client_id for row in rows)}
        return pages.get_paginated_response(RequestSerializer(rows, many=True, context=context).data)
