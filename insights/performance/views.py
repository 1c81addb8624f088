"""A member's own dashboard. Addresses name no member: what is shown is always that of whoever is logged in."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.callers import member_of
from accounts.models import Member
from insights.drawing import Chart
from insights.drawing.export import csv_answer
from insights.performance.client.charts import CHARTS as CLIENT_CHARTS
from insights.performance.client.context import context as client_context
from insights.performance.client.numbers import summary
from insights.performance.provider.charts import CHARTS as PROVIDER_CHARTS
from insights.performance.provider.context import context as provider_context
from insights.performance.provider.numbers import performance
from insights.performance.sides import choose, page_of
from insights.performance.spans import SPANS, find_span
from marketplace.clock import utc_now
from requests.models import Side
from services.reader import reader_locale

LABELS = {Side.PROVIDER: _("As a provider"), Side.CLIENT: _("As a client")}


@never_cache
@login_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """The member's numbers on one of her sides, and what waits for her."""
    member, span = member_of(request), find_span(request.GET.get("range", ""))
    page = page_of(member)
    side = choose(request.GET.get("as", ""), member, page)
    context: dict[str, Any] = {
        "side": side,
        "sides": LABELS.items(),
        "span": span,
        "spans": SPANS.values(),
    }
    if side == Side.PROVIDER:
        context |= provider_context(page, span, now=utc_now())
    else:
        context |= client_context(member, span, locale=reader_locale(request), now=utc_now())
    return render(request, f"insights/performance/{side}.html", context)


@never_cache
@login_required
@require_safe
def table(request: HttpRequest, key: str) -> HttpResponse:
    """The numbers of one of the member's own charts as CSV."""
    chart = _chart(key, member_of(request), request.GET.get("range", ""), reader_locale(request))
    if chart is None:
        raise Http404
    return csv_answer(chart)


def _chart(key: str, member: Member, asked: str, locale: str) -> Chart | None:
    """None for an unknown key, and for a provider's where the member has no page."""
    span = find_span(asked)
    now = utc_now()
    window = span.window(now)
    if key in CLIENT_CHARTS:
        return CLIENT_CHARTS[key](span, summary(member, window), locale)
    page = page_of(member)
    if key not in PROVIDER_CHARTS or page is None:
        return None
    return PROVIDER_CHARTS[key](span, performance(page, window, now=now))
