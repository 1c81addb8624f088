"""The list of conversations."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from messaging.views.common import inbox_context, private


@private
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The inbox."""
    return render(request, "messaging/inbox.html", inbox_context(request))


@private
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """Only the list, for a page that is open already; ``current`` is the conversation that it shows."""
    try:
        current = UUID(request.GET.get("current", ""))
    except ValueError:
        current = None
    return render(request, "messaging/rows.html", inbox_context(request, current))
