"""The page in the admin on which the demo is removed."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Member
from marketplace.demo.presence import Presence, look
from marketplace.demo.tasks import remove_all
from marketplace.tasks import enqueue
from sitesettings.models import DemoState

NEEDED = ("sitesettings.change_sitesettings", "accounts.delete_member")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove_demo_page(request: HttpRequest) -> HttpResponse:
    """Says what will go, asks, hands the work to a worker, and shows how far it is."""
    if not request.user.is_staff:
        return redirect(f"/admin/login/?next={request.path}")
    if not request.user.has_perms(NEEDED):
        raise PermissionDenied
    presence = look()
    if request.method == "POST" and presence is not None:
        return _begin(request, presence)
    return render(request, "demo/remove.html", _context(request, presence))


def _begin(request: HttpRequest, presence: Presence) -> HttpResponse:
    if "confirmed" not in request.POST:
        messages.error(request, _("Please tick that you want to remove the demo."))
    elif presence.is_busy:
        messages.info(request, _("The demo is being made or removed at this moment."))
    elif enqueue(remove_all):
        DemoState.objects.filter(pk=1).exclude(state=DemoState.State.REMOVED).update(state=DemoState.State.REMOVING)
    else:
        messages.error(request, _("The workers cannot be reached. Nothing was removed; please try again in a minute."))
    return redirect("remove_demo")


def _context(request: HttpRequest, presence: Presence | None) -> dict[str, Any]:
    admins = Member.objects.active().filter(is_superuser=True, is_demo=False)
    return {
        **admin.site.each_context(request),
        "title": _("Remove the demo"),
        "presence": presence,
        "is_last_admin": not admins.exists(),
        "goes_herself": getattr(request.user, "is_demo", False),
    }
