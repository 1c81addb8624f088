"""Pages for staff: the marketplace's pulse."""

import csv

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.callers import member_of
from insights.dashboard import chart, context
from marketplace.clock import utc_now
from services.models import ServiceGroup


@never_cache
@login_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Rates, growth, funnel, supply and demand."""
    _require_staff(request)
    return render(request, "insights/dashboard.html", context(now=utc_now(), group=_group(request)))


@login_required
@require_safe
def table(request: HttpRequest, key: str) -> HttpResponse:
    """A chart's numbers as CSV."""
    _require_staff(request)
    found = chart(key, now=utc_now(), group=_group(request))
    if found is None:
        raise Http404
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.key}.csv"'
    rows = csv.writer(response)
    first = _("group") if found.key == "groups" else _("when")
    rows.writerow([first, found.unit, *([found.before_label] if found.has_before else [])])
    for point in found.points:
        rows.writerow([_safe(point.label), point.value, *([point.before] if found.has_before else [])])
    return response


def _require_staff(request: HttpRequest) -> None:
    if not member_of(request).is_staff:
        raise PermissionDenied


def _group(request: HttpRequest) -> ServiceGroup | None:
    slug = request.GET.get("group", "")[:60]
    return ServiceGroup.objects.filter(slug=slug).first() if slug and slug.isascii() else None


def _safe(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
