"""The last page before a deal: the terms once more, and what follows."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.callers import member_of
from accounts.models import Member
from engagements.actions import accept_proposal
from engagements.models import Engagement
from engagements.presentation import PAID_OUTSIDE, days_words, price_words
from marketplace.clock import utc_now
from marketplace.errors import Conflict, IllegalMove
from marketplace.markdown import render_markdown
from requests.actions import AlreadyAwarded, StaleTerms
from requests.models import STANDING, Proposal, RequestStatus, Side
from services.reader import reader_locale


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Shows the terms that would be agreed (GET), and agrees on exactly those (POST)."""
    member = member_of(request)
    proposal = _fetch(member, proposal_id)
    made = Engagement.objects.filter(proposal=proposal).first()
    if made is not None:
        return redirect("engagements:engagement", made.pk)
    if request.method != "POST":
        return _show(request, member, proposal)
    try:
        made = accept_proposal(actor=member, proposal=proposal, now=utc_now(), version=_version(request))
    except (Conflict, IllegalMove) as error:
        return _show(request, member, _fetch(member, proposal_id), error=error, status=error.status)
    messages.success(request, _("You have agreed. Everybody else who proposed is being told."))
    return redirect("engagements:engagement", made.pk)


def _fetch(member: Member, proposal_id: UUID) -> Proposal:
    rows = Proposal.objects.visible_to(member).select_related("request__client", "page__member")
    found = rows.filter(pk=proposal_id).first()
    if found is None or member.pk not in (found.request.client_id, found.page.member_id):
        raise Http404
    return found


def _version(request: HttpRequest) -> int:
    """The version that the form was made from; none that exists where it was tampered with."""
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0


def _show(
    request: HttpRequest,
    member: Member,
    proposal: Proposal,
    *,
    error: Conflict | IllegalMove | None = None,
    status: int = 200,
) -> HttpResponse:
    side = Side.CLIENT if member.pk == proposal.request.client_id else Side.PROVIDER
    stands = proposal.status in STANDING and proposal.request.status in (RequestStatus.OPEN, RequestStatus.IN_REVIEW)
    locale = reader_locale(request)
    context: dict[str, Any] = {
        "proposal": proposal,
        "it": proposal.request,
        "other": proposal.page.member if side == Side.CLIENT else proposal.request.client,
        "side": side,
        "is_stale": isinstance(error, StaleTerms),
        "error": error,
        "can_accept": stands and proposal.offered_by != side,
        "is_own_offer": stands and proposal.offered_by == side,
        "lost": isinstance(error, AlreadyAwarded) or proposal.request.status == RequestStatus.AWARDED,
        "winner": _winner(member, proposal) if side == Side.CLIENT else None,
        "others": proposal.request.proposals.standing().exclude(pk=proposal.pk).count(),
        "price": price_words(proposal, locale),
        "days": days_words(proposal),
        "scope": render_markdown(proposal.scope, headings_below=2),
        "paid_outside": PAID_OUTSIDE,
    }
    return render(request, "engagements/accept.html", context, status=status)


def _winner(member: Member, proposal: Proposal) -> Engagement | None:
    """The deal that was made instead, for the client."""
    made = Engagement.objects.of(member).with_all().filter(request=proposal.request)
    return made.order_by("-agreed_at").first() if proposal.request.status == RequestStatus.AWARDED else None
