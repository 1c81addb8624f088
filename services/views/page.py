"""The public page of a provider."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.callers import known_member
from marketplace.clock import utc_now
from services import counters
from services.models import PageAddress, ServicePage
from services.presentation.fetch import fetch_page
from services.presentation.page import PageWords
from services.presentation.results import kept_by
from services.presentation.sections import load_sections
from services.reader import reader_locale


@require_safe
def public_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A published page, or the reader's own as others will see it. One query, and those of the sections that have
    something to show; old addresses redirect."""
    reader = known_member(request)
    found = fetch_page(slug, reader)
    if found is None:
        return _moved(request, slug)
    page, services = found
    sections = load_sections(request, page)
    words = PageWords(page, services, reader_locale(request), utc_now().date(), sections)
    is_own = reader is not None and reader.pk == page.member_id
    context = {"page": page, "words": words, "is_own": is_own, "sections": sections}
    context["kept"] = kept_by(reader if not is_own else None, [page.pk])
    response = render(request, "services/page.html", context)
    if not (is_own or words.is_preview) and counters.is_counted(request):
        counters.count_view(page.pk, now=utc_now())
    if words.is_preview:
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _moved(request: HttpRequest, slug: str) -> HttpResponse:
    """To where the page is now, if the reader may see it there; raises Http404."""
    visible = ServicePage.objects.visible_to(known_member(request))
    left = PageAddress.objects.filter(slug=slug, page__in=visible).values_list("page__slug", flat=True).first()
    if left is None:
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"/services/{left}/" + (f"?{query}" if query else ""))
