"""What similar work was agreed for, in the API."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.api import check_filters
from marketplace.errors import FieldProblem, InvalidInput
from requests.guide.forms import known_service
from requests.models import PriceType
from requests.prices import LEAST_CASES, price_help
from services.currencies import CURRENCIES
from services.exchange import rates


class _Range(serializers.Serializer[Any]):
    price_type = serializers.ChoiceField(choices=PriceType.choices)
    currency = serializers.CharField()
    low = serializers.IntegerField(help_text="lower quartile, minor units, an hour where hourly")
    median = serializers.IntegerField()
    high = serializers.IntegerField(help_text="upper quartile")
    cases = serializers.IntegerField(help_text="agreements that it rests on: few of any one provider or client")
    of_service = serializers.BooleanField(help_text="false where they are those of the service's group")


class PricesSerializer(serializers.Serializer[Any]):
    """Ranges, where there are enough agreements."""

    results = _Range(many=True)
    least_cases = serializers.IntegerField(help_text="with fewer nothing is said")


class PricesView(APIView):
    """Agreed prices."""

    permission_classes = (AllowAny,)
    pagination_class = None

    @extend_schema(
        operation_id="prices_of_service",
        parameters=[
            OpenApiParameter("service", required=True, description="slug"),
            OpenApiParameter("currency", description="ISO 4217, EUR by default"),
        ],
        responses=PricesSerializer,
    )
    def get(self, request: Request) -> Response:
        """What similar work was agreed for: quartiles of this marketplace's accepted proposals of two years."""
        check_filters(request, {"service", "currency"})
        service = known_service(request.query_params.get("service", "")[:60].replace("\0", ""))
        currency = request.query_params.get("currency", "EUR").upper()
        problems: dict[str, list[FieldProblem]] = {}
        if service is None:
            message = _("The catalogue has no such service.")
            problems["service"] = [{"code": "unknown_service", "message": message}]
        if currency not in CURRENCIES:
            message = _("Must be a currency code of ISO 4217, such as EUR.")
            problems["currency"] = [{"code": "unknown_currency", "message": message}]
        elif currency not in rates():
            message = _("There is no exchange rate for this currency.")
            problems["currency"] = [{"code": "no_exchange_rate", "message": message}]
        if problems or service is None:
            raise InvalidInput(fields=problems)
        found = price_help(service, currency=currency)
        return Response({"results": [asdict(each) for each in found.values()], "least_cases": LEAST_CASES})
