"""The member's list of notifications."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.callers import member_of
from marketplace.clock import utc_now
from notifications.actions import mark_all_read, mark_read
from notifications.bell import read_bell
from notifications.models import Notification
from notifications.readers import zone_of
from notifications.rendering import render_all

PER_PAGE = 25


@never_cache
@login_required
@require_safe
def notification_list(request: HttpRequest) -> HttpResponse:
    """Newest first; all of them, or those that are unread."""
    member = member_of(request)
    bell = read_bell(member.pk)
    mine = Notification.objects.visible_to(member).select_related("event")
    only_unread = request.GET.get("show") == "unread"
    page = Paginator(mine.unread() if only_unread else mine, PER_PAGE).get_page(request.GET.get("page"))
    with timezone.override(zone_of(member.time_zone)):
        rows = render_all(list(page))
    context = {"page": page, "rows": rows, "only_unread": only_unread, "bell": bell}
    return render(request, "notifications/list.html", context)


@never_cache
@login_required
@require_safe
def open_notification(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Marks one as read and goes where it leads."""
    member = member_of(request)
    found = Notification.objects.visible_to(member).select_related("event").filter(pk=notification_id).first()
    if found is None:
        raise Http404
    mark_read(actor=member, ids=[found.pk], now=utc_now())
    url = render_all([found])[0][1].url
    # Topics give paths of this site; whatever else came in must not lead elsewhere.
    return redirect(url if url_has_allowed_host_and_scheme(url, allowed_hosts=None) else "notifications:list")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Marks all as read."""
    mark_all_read(actor=member_of(request), now=utc_now())
    return redirect("notifications:list")
