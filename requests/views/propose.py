"""Writing a proposal: the form, its autosaved draft, sending and editing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.callers import member_of
from accounts.models import Member
from marketplace.clock import utc_now
from marketplace.errors import InvalidInput, MarketplaceError
from requests import actions
from requests.models import Proposal, ProposalStatus, ServiceRequest
from requests.presentation import budget_words, place_words, time_frame_words
from requests.presentation.proposals import warnings_about_proposal
from requests.proposal_forms import ProposalForm
from requests.rules.eligibility import allowance_of, page_of, require_may_submit
from requests.views.proposal import own_proposal
from requests.views.request import visible_request
from services.models import ServicePage
from services.reader import reader_locale


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The provider's answer to a request; what she types is kept until she sends or discards it."""
    member = member_of(request)
    found = visible_request(member, request_id)
    try:
        page = page_of(member)
        sent = _sent_before(found, page)
        if sent is not None:
            return redirect("requests:proposal", sent.pk)
        require_may_submit(page, found)
    except MarketplaceError as error:
        return _refused(request, found, error)
    draft = _draft(found, page)
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ProposalForm(*given, proposal=draft, locale=reader_locale(request))
    if request.method != "POST":
        return _show(request, found, page, form)
    return _autosave(member, found, form) if "autosave" in request.POST else _send(request, member, found, page, form)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Changing a proposal that was sent."""
    member = member_of(request)
    found = own_proposal(member, proposal_id)
    if found.status == ProposalStatus.DRAFT:
        return redirect("requests:propose", found.request_id)
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ProposalForm(*given, proposal=found, locale=reader_locale(request))
    if request.method != "POST":
        return render(request, "requests/proposals/edit.html", {"it": found, "form": form})
    if form.is_valid():
        try:
            actions.edit_proposal(
                actor=member, proposal=found, changes=form.values(), now=utc_now(), version=form.seen_version()
            )
        except MarketplaceError as error:
            _explain(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("requests:proposal", found.pk)
    return render(request, "requests/proposals/edit.html", {"it": found, "form": form}, status=400)


def _sent_before(found: ServiceRequest, page: ServicePage) -> Proposal | None:
    sent = found.proposals.filter(page=page).exclude(status__in=[ProposalStatus.DRAFT, ProposalStatus.WITHDRAWN])
    return sent.first()


def _draft(found: ServiceRequest, page: ServicePage) -> Proposal:
    draft = found.proposals.filter(page=page, status=ProposalStatus.DRAFT).first() or Proposal()
    draft.request, draft.page = found, page
    return draft


def _autosave(member: Member, found: ServiceRequest, form: ProposalForm) -> JsonResponse:
    """Keeps what could be read; the script shows what could not, apart from what is only not there yet."""
    form.is_valid()
    _draft, problems = actions.save_draft(actor=member, request=found, values=form.values(), now=utc_now())
    form.add_problems(problems)
    wrong = [
        str(error.messages[0])
        for errors in form.errors.as_data().values()
        for error in errors
        if error.code != "required"
    ]
    return JsonResponse({"state": "kept" if wrong else "saved", "problems": wrong[:5]})


def _send(
    request: HttpRequest, member: Member, found: ServiceRequest, page: ServicePage, form: ProposalForm
) -> HttpResponse:
    if form.is_valid():
        try:
            sent = actions.submit_proposal(actor=member, request=found, values=form.values(), now=utc_now())
        except MarketplaceError as error:
            _explain(form, error)
        else:
            messages.success(request, _("Sent. You are told when the client opens it, and what becomes of it."))
            for warning in warnings_about_proposal(sent):
                messages.warning(request, warning["message"])
            return redirect("requests:proposal", sent.pk)
    else:
        actions.save_draft(actor=member, request=found, values=form.values(), now=utc_now())
    return _show(request, found, page, form, status=400)


def _explain(form: ProposalForm, error: MarketplaceError) -> None:
    if isinstance(error, InvalidInput) and error.fields:
        form.add_problems(error.fields)
    else:
        form.add_error(None, str(error.message))


def _show(
    request: HttpRequest, found: ServiceRequest, page: ServicePage, form: ProposalForm, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "it": found,
        "form": form,
        "draft": form.proposal if not form.proposal._state.adding else None,
        "allowance": allowance_of(page, now=utc_now()),
        "places_left": found.proposal_cap - found.proposal_count,
        "budget": budget_words(found, reader_locale(request)),
        "place": place_words(found),
        "time_frame": time_frame_words(found),
    }
    return render(request, "requests/proposals/form.html", context, status=status)


def _refused(request: HttpRequest, found: ServiceRequest, error: MarketplaceError) -> HttpResponse:
    if found.client_id == member_of(request).pk:
        raise Http404
    if "autosave" in request.POST:
        return JsonResponse({"state": "failed", "problems": [str(error.message)]}, status=error.status)
    messages.error(request, str(error.message))
    return redirect("requests:request", found.pk)
