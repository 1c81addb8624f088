"""Why her, and why not her: for staff."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.callers import member_of
from marketplace.clock import utc_now
from requests.matching.why import why
from requests.models import ServiceRequest
from requests.presentation.why import feature_words, outcome_of, outcome_words, rule_words
from requests.views.request import visible_request
from requests.why_api import page_named
from services.models import ServicePage
from services.reader import reader_locale
from services.search.engine import search
from services.search.query import LONGEST_TEXT, SearchQuery

OFFERED = 8
"""Pages that are offered where the words name none."""


@never_cache
@login_required
@require_safe
def why_page(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The picker, and how the page that was picked stands to the request. Nobody but staff finds it."""
    member = member_of(request)
    if not member.is_staff:
        raise Http404
    found = visible_request(member, request_id)
    typed = request.GET.get("page", "").replace("\0", "").strip()[:LONGEST_TEXT]
    page = page_named(typed) if typed else None
    context: dict[str, Any] = {"it": found, "typed": typed, "picked": page}
    if page is not None:
        context |= _told(request, found, page)
    elif typed:
        context["offered"] = _offered(typed)
    return render(request, "requests/why.html", context)


def _told(request: HttpRequest, found: ServiceRequest, page: ServicePage) -> dict[str, Any]:
    told = why(found, page, now=utc_now())
    return {
        "why": told,
        "outcome": outcome_of(told),
        "outcome_words": outcome_words(told),
        "rules": rule_words(told, found, reader_locale(request)),
        "features": feature_words(told),
    }


def _offered(words: str) -> list[ServicePage]:
    """Published pages that the words find. Two queries beside the search."""
    hits = search(SearchQuery(text=words), now=utc_now(), size=OFFERED, with_facets=False).hits
    pages = ServicePage.objects.select_related("member").in_bulk([hit.row.page_id for hit in hits])
    return [pages[hit.row.page_id] for hit in hits if hit.row.page_id in pages]
