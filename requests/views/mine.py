"""Lists: my requests, my leads, my proposals."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.callers import member_of
from requests.models import (
    STANDING,
    Match,
    MatchState,
    Proposal,
    ProposalStatus,
    RequestStatus,
    ServiceRequest,
)
from requests.presentation import budget_words, place_words
from requests.presentation.proposals import days_words, outcome_words, price_words
from requests.serializers import reasons_of
from services.models import ServicePage
from services.reader import reader_locale

PER_PAGE = 20
TABS = (
    ("active", _("Active"), (RequestStatus.OPEN, RequestStatus.IN_REVIEW)),
    ("drafts", _("Drafts"), (RequestStatus.DRAFT,)),
    ("awarded", _("Awarded"), (RequestStatus.AWARDED,)),
    ("past", _("Past"), (RequestStatus.CLOSED, RequestStatus.EXPIRED)),
)
UNREAD = Q(proposals__status__in=STANDING, proposals__viewed_at__isnull=True)
LEAD_TABS = (
    ("new", _("New"), (MatchState.NOTIFIED,)),
    ("seen", _("Seen"), (MatchState.VIEWED,)),
    ("answered", _("Answered"), (MatchState.PROPOSED,)),
    ("declined", _("Declined"), (MatchState.DECLINED,)),
)
PROPOSAL_TABS = (
    ("standing", _("Open"), STANDING),
    ("drafts", _("Drafts"), (ProposalStatus.DRAFT,)),
    ("won", _("Accepted"), (ProposalStatus.ACCEPTED,)),
    ("past", _("Past"), (ProposalStatus.DECLINED, ProposalStatus.NOT_CHOSEN, ProposalStatus.WITHDRAWN)),
)


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The member's own requests."""
    requests = ServiceRequest.objects.filter(client=member_of(request))
    counts = dict(requests.order_by().values_list("status").annotate(count=Count("pk")))
    tabs, states = _tabs(request, TABS, counts)
    shown = (
        requests.filter(status__in=states)
        .select_related("service")
        .annotate(told=Count("matches", distinct=True), unread=Count("proposals", filter=UNREAD, distinct=True))
    )
    page = _page(request, shown.order_by("-created_at", "-pk"))
    rows = [(each, budget_words(each, reader_locale(request)), place_words(each)) for each in page]
    return render(
        request, "requests/mine.html", {"tabs": tabs, "page": page, "rows": rows, "total": sum(counts.values())}
    )


@login_required
@require_safe
def leads(request: HttpRequest) -> HttpResponse:
    """The requests that the member was told of."""
    member = member_of(request)
    # By the page's own id: through its member PostgreSQL takes a page for one of few leads, and sorts them all.
    page_id = ServicePage.objects.filter(member=member).values_list("pk", flat=True).first()
    matches = Match.objects.filter(page=page_id)
    counts = dict(matches.order_by().values_list("state").annotate(count=Count("pk")))
    tabs, states = _tabs(request, LEAD_TABS, counts)
    shown = matches.filter(state__in=states).select_related("request__service", "request__client")
    page = _page(request, shown.order_by("-created_at", "-pk"))
    rows = [
        (each, budget_words(each.request, reader_locale(request)), place_words(each.request), reasons_of(each)[:2])
        for each in page
    ]
    context = {"tabs": tabs, "page": page, "rows": rows, "total": sum(counts.values()), "has_page": page_id is not None}
    return render(request, "requests/leads.html", context)


@login_required
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """The member's own proposals."""
    page_id = ServicePage.objects.filter(member=member_of(request)).values_list("pk", flat=True).first()
    sent = Proposal.objects.filter(page=page_id)
    counts = dict(sent.order_by().values_list("status").annotate(count=Count("pk")))
    tabs, states = _tabs(request, PROPOSAL_TABS, counts)
    shown = sent.filter(status__in=states).select_related("request__client")
    page = _page(request, shown.order_by("-created_at", "-pk"))
    rows = [(each, price_words(each), days_words(each), outcome_words(each)) for each in page]
    context = {"tabs": tabs, "page": page, "rows": rows, "total": sum(counts.values())}
    return render(request, "requests/proposals/mine.html", context)


def _tabs(request: HttpRequest, tabs: Any, counts: dict[str, int]) -> tuple[list[dict[str, Any]], Any]:
    """The tabs with their counts, and the states of the chosen one: the asked for, else the first that holds any."""
    sums = {key: sum(counts.get(state, 0) for state in states) for key, _label, states in tabs}
    filled = next((key for key, count in sums.items() if count), tabs[0][0])
    asked = request.GET.get("show", "")
    chosen = asked if asked in sums else filled
    shown = [{"key": key, "label": label, "count": sums[key], "current": key == chosen} for key, label, _states in tabs]
    return shown, next(states for key, _label, states in tabs if key == chosen)


def _page(request: HttpRequest, rows: QuerySet[Any]) -> Any:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
