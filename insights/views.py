"""Pages for staff: the marketplace's pulse."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.callers import member_of
from insights.dashboard.charts import chart
from insights.dashboard.context import context, make_view
from insights.dashboard.view import View
from insights.drawing.export import csv_answer
from marketplace.clock import utc_now
from services.models import ServiceGroup


@never_cache
@login_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Rates, growth, funnel, supply and demand."""
    return render(request, "insights/dashboard.html", context(_view(request)))


@never_cache
@login_required
@require_safe
def table(request: HttpRequest, key: str) -> HttpResponse:
    """A chart's numbers as CSV."""
    found = chart(key, _view(request))
    if found is None:
        raise Http404
    return csv_answer(found)


def _view(request: HttpRequest) -> View:
    """What the staff member chose. Raises PermissionDenied for anybody else."""
    if not member_of(request).is_staff:
        raise PermissionDenied
    return make_view(now=utc_now(), key=request.GET.get("range", ""), group=_group(request))


def _group(request: HttpRequest) -> ServiceGroup | None:
    slug = request.GET.get("group", "")[:60]
    return ServiceGroup.objects.filter(slug=slug).first() if slug and slug.isascii() and slug.isprintable() else None
