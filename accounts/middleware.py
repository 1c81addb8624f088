"""What follows from who is logged in."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.sites.requests import RequestSite
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import Member
from marketplace.clock import utc_now

ACTIVE_STEP = timedelta(minutes=10)


class MemberMiddleware:
    """Pages show times in the member's time zone, and her last activity is noted, at most every ten minutes.

    A caller without a session cookie costs no query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not isinstance(request.user, Member):
            return self.get_response(request)
        note_activity(request.user)
        with timezone.override(ZoneInfo(request.user.time_zone)):
            return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """Django's hook. Allauth's pages bring a ``site`` of their own, which would hide the site's settings."""
        if response.context_data and isinstance(response.context_data.get("site"), RequestSite):
            del response.context_data["site"]
        return response


def note_activity(member: Member) -> None:
    """Writes down that the member is here, unless that was done just now."""
    now = utc_now()
    if member.last_active_at is not None and member.last_active_at > now - ACTIVE_STEP:
        return
    stale = Q(last_active_at__isnull=True) | Q(last_active_at__lte=now - ACTIVE_STEP)
    Member.objects.filter(stale, pk=member.pk).update(last_active_at=now)
