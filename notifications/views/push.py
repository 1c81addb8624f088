"""What browsers need for push messages: the service worker, and the list of browsers without JavaScript."""

from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from accounts.callers import member_of
from notifications.actions import remove_browser

SCRIPT = "js/service-worker.js"


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root: its address decides which pages it serves."""
    path = finders.find(SCRIPT)
    if path is None:
        raise Http404
    return HttpResponse(Path(path).read_bytes(), content_type="text/javascript; charset=utf-8")


@login_required
@require_POST
def remove(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """A browser takes no more push messages."""
    remove_browser(actor=member_of(request), subscription_id=subscription_id)
    messages.success(request, _("That browser takes no more push messages."))
    return redirect("notifications:preferences")
