"""One proposal, for its two sides, and what they do with it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.callers import member_of
from accounts.models import Member
from marketplace.clock import utc_now
from marketplace.errors import InvalidInput, MarketplaceError
from requests import actions
from requests.models import Proposal, ProposalStatus
from requests.presentation.proposal_page import proposal_context, with_people
from requests.proposal_forms import CounterForm
from services.reader import reader_locale


@never_cache
@login_required
@require_safe
def show(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """The proposal as its provider, its client or staff see it. The client's first look is told to the provider."""
    member = member_of(request)
    found = visible_proposal(member, proposal_id)
    if found.status == ProposalStatus.DRAFT:
        return redirect("requests:propose", found.request_id)
    now = utc_now()
    if found.request.client_id == member.pk and found.viewed_at is None and request.method == "GET":
        actions.mark_proposal_viewed(actor=member, proposal=found, now=now)
    return render(request, "requests/proposals/proposal.html", proposal_context(found, member, now=now))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def counter(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Naming other terms, from either side."""
    member = member_of(request)
    found = visible_proposal(member, proposal_id)
    form = CounterForm(
        request.POST if request.method == "POST" else None, proposal=found, locale=reader_locale(request)
    )
    status = 200
    if request.method == "POST":
        if form.is_valid() and _counter(member, found, form):
            messages.success(request, _("Your terms are on their way."))
            return redirect("requests:proposal", found.pk)
        status = 400
    context = {"it": found, "form": form, "is_client": found.request.client_id == member.pk}
    return render(request, "requests/proposals/counter.html", context, status=status)


@login_required
@require_POST
def act(request: HttpRequest, proposal_id: UUID, verb: str) -> HttpResponse:
    """Carries out what one of the two sides decided."""
    member = member_of(request)
    found = visible_proposal(member, proposal_id)
    try:
        messages.success(request, _ACTS[verb](request, member, found))
    except MarketplaceError as error:
        problems = [problem["message"] for each in (error.fields or {}).values() for problem in each]
        messages.error(request, " ".join([str(error.message), *problems]))
    return redirect(_next(request, found, is_gone=verb == "discard"))


def visible_proposal(member: Member, proposal_id: UUID) -> Proposal:
    """The proposal, if the member may see it; raises Http404."""
    found = with_people(Proposal.objects.visible_to(member)).filter(pk=proposal_id).first()
    if found is None:
        raise Http404
    return found


def own_proposal(member: Member, proposal_id: UUID) -> Proposal:
    """The member's own proposal; raises Http404."""
    found = visible_proposal(member, proposal_id)
    if found.page.member_id != member.pk:
        raise Http404
    return found


def _counter(member: Member, found: Proposal, form: CounterForm) -> bool:
    """Whether the terms were named; what is wrong stands in the form."""
    try:
        actions.counter_proposal(
            actor=member,
            proposal=found,
            terms=form.terms(),
            said=form.cleaned_data.get("said", ""),
            version=form.seen_version(),
            now=utc_now(),
        )
    except MarketplaceError as error:
        if isinstance(error, InvalidInput) and error.fields:
            form.add_problems(error.fields)
        else:
            form.add_error(None, str(error.message))
        return False
    return True


def _next(request: HttpRequest, found: Proposal, *, is_gone: bool) -> str:
    """Where the member came from, on this site; else the proposal."""
    given = request.POST.get("next", "")
    if given.startswith("/") and url_has_allowed_host_and_scheme(given, {request.get_host()}):
        return given
    return f"/requests/{found.request_id}/" if is_gone else f"/proposals/{found.pk}/"


def _shortlist(_request: HttpRequest, member: Member, found: Proposal) -> str:
    actions.shortlist_proposal(actor=member, proposal=found, now=utc_now())
    return _("On your shortlist. The provider is told.")


def _unshortlist(_request: HttpRequest, member: Member, found: Proposal) -> str:
    actions.unshortlist_proposal(actor=member, proposal=found, now=utc_now())
    return _("Off your shortlist.")


def _decline(request: HttpRequest, member: Member, found: Proposal) -> str:
    reason, words = request.POST.get("reason", ""), request.POST.get("words", "")
    actions.decline_proposal(actor=member, proposal=found, reason=reason, words=words, now=utc_now())
    return _("Declined. The provider is told, with your reason.")


def _withdraw(request: HttpRequest, member: Member, found: Proposal) -> str:
    reason, words = request.POST.get("reason", ""), request.POST.get("words", "")
    actions.withdraw_proposal(actor=member, proposal=found, reason=reason, words=words, now=utc_now())
    return _("Withdrawn. The client is told. You may propose again while the request is open.")


def _take_back(_request: HttpRequest, member: Member, found: Proposal) -> str:
    actions.take_back_counter(actor=member, proposal=found, now=utc_now())
    return _("Taken back. The terms before stand again.")


def _note(request: HttpRequest, member: Member, found: Proposal) -> str:
    actions.set_client_note(actor=member, proposal=found, text=request.POST.get("note", ""), now=utc_now())
    return _("Note kept. Only you see it.")


def _discard(_request: HttpRequest, member: Member, found: Proposal) -> str:
    actions.discard_draft(actor=member, proposal=found, now=utc_now())
    return _("Draft discarded.")


_ACTS: dict[str, Callable[[HttpRequest, Member, Proposal], str]] = {
    "shortlist": _shortlist,
    "unshortlist": _unshortlist,
    "decline": _decline,
    "withdraw": _withdraw,
    "take-back": _take_back,
    "note": _note,
    "discard": _discard,
}
VERBS = tuple(_ACTS)
