"""The API's documentation, and its answer to unknown addresses."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.api.reference import reference
from marketplace.errors import NotFound


class SchemaView(SpectacularAPIView):
    """The OpenAPI document: JSON unless YAML is asked for."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer, OpenApiYamlRenderer2]
    permission_classes = [AllowAny]


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The documentation for people: every call with what it takes and gives, as the OpenAPI document says."""
    return render(request, "api/docs.html", {"reference": reference()})


@extend_schema(exclude=True)
class UnknownAddressView(APIView):
    """404 in JSON for whatever no other pattern of the API takes."""

    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Every method and every caller gets the same answer."""
        super().initial(request, *args, **kwargs)
        if request.path.endswith("/"):
            raise NotFound(_("There is no such address."))
        raise NotFound(_("There is no such address. Addresses of the API end with a slash."))

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Never reached: ``initial`` has answered."""
        raise NotFound
