"""Stopping mail from a link in it, without logging in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from marketplace.clock import utc_now
from notifications.actions import stop_mail
from notifications.mail.unsubscribe import read_token
from notifications.topics import topic


@csrf_exempt  # mail programs post here on the member's behalf (RFC 8058); the signed token is the permission
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Asks before it stops mail (GET: link checkers follow links), and stops it (POST). Twice is harmless."""
    found = read_token(token)
    if found is None:
        raise Http404
    member_id, keys = found
    if request.method == "POST":
        stop_mail(member_id=member_id, topics=keys, now=utc_now())
    topics = [each for key in keys if (each := topic(key)) is not None]
    context = {"topics": topics, "is_done": request.method == "POST"}
    return render(request, "notifications/unsubscribe.html", context)
