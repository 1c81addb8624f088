"""What past clients from outside see, without logging in: the link in their mail is the permission."""

import hashlib
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from engagements.actions import LinkUsed, decline_invitation, write_outside_review
from engagements.actions.past_clients import takes_review
from engagements.forms import OutsideReviewForm
from engagements.models import PastClient, PastClientStatus
from engagements.past_clients.links import read_token
from marketplace.clock import utc_now
from marketplace.errors import MarketplaceError, TooFast
from marketplace.network import client_address

MOST_AN_HOUR: Final = 60
HOUR: Final = 3600
TEMPLATES: Final = "engagements/past_clients"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, token: str) -> HttpResponse:
    """The form, once; afterwards what became of it."""
    found = _fetch(request, token)
    if not takes_review(found, utc_now()):
        return _answer(request, "over.html", found, token, status=200 if request.method != "POST" else LinkUsed.status)
    form = OutsideReviewForm(request.POST if request.method == "POST" else None, initial={"name": found.name})
    if not form.is_valid():
        return _answer(request, "form.html", found, token, form=form, status=400 if form.is_bound else 200)
    try:
        write_outside_review(past_client=found, now=utc_now(), **form.cleaned_data)
    except MarketplaceError as error:  # the other tab was faster
        return _answer(request, "over.html", found, token, status=error.status)
    found.status = PastClientStatus.REVIEWED
    return _answer(request, "over.html", found, token, is_new=True)


@csrf_exempt  # mail programs post here on the reader's behalf (RFC 8058); the signed token is the permission
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Asks before it declines (GET: link checkers follow links); "not my provider" or "no such mail" (POST)."""
    found = _fetch(request, token)
    wants_no_more = "not_mine" not in request.POST
    if request.method == "POST":
        decline_invitation(past_client=found, wants_no_more=wants_no_more, now=utc_now())
    context = {"is_done": request.method == "POST", "wants_no_more": wants_no_more}
    return _answer(request, "stop.html", found, token, **context)


def _fetch(request: HttpRequest, token: str) -> PastClient:
    """Whose link it is. A wrong one tells nothing, and nobody may try many. Raises Http404, TooFast."""
    address = hashlib.sha256(client_address(request).encode()).hexdigest()[:24]
    calls = cache.count(f"outside:{address}", HOUR) if settings.RATE_LIMITS else 0  # type: ignore[attr-defined]
    if (calls or 0) > MOST_AN_HOUR:
        raise TooFast
    past_client_id = read_token(token)
    found = past_client_id and PastClient.objects.select_related("page__member").filter(pk=past_client_id).first()
    if not found:
        raise Http404
    return found


def _answer(
    request: HttpRequest, template: str, found: PastClient, token: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    everything = {"past_client": found, "provider": found.page.member, "token": token, **context}
    response = render(request, f"{TEMPLATES}/{template}", everything, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"  # the address is a key; no other site is to learn it
    return response
