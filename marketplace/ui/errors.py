"""Pages for what goes wrong."""

import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _
from django.views.defaults import server_error as django_server_error

from marketplace.errors import ErrorBody, MarketplaceError, NotFound, Unavailable

API = "/api/"


class DomainErrors:
    """Middleware: an error of the domain that a page's view let pass becomes a page with its message and its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Called by Django. Errors of other kinds go their usual way."""
        if not isinstance(error, MarketplaceError):
            return None
        if isinstance(error, NotFound):
            return render(request, "404.html", status=404)
        answer = render(request, "error.html", {"message": error.message}, status=error.status)
        for name, value in error.headers().items():
            answer[name] = value
        return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """Status 500, or 503 where the database is away: a page that needs no database, or JSON for the API."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):  # Django calls this while it is handled
        return _unavailable(request)
    if request.path.startswith(API):
        body: ErrorBody = {
            "code": "server_error",
            "message": str(_("Something went wrong on our side. It was logged.")),
        }
        return JsonResponse(body, status=500)
    return django_server_error(request)


def _unavailable(request: HttpRequest) -> HttpResponse:
    error = Unavailable()
    headers = {"Retry-After": str(error.retry_after)}
    if request.path.startswith(API):
        return JsonResponse(error.body(), status=error.status, headers=headers)
    page = get_template("503.html").render({"message": error.message})
    return HttpResponse(page, status=error.status, headers=headers)
