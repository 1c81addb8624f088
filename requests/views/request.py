"""One request: for its client, for a provider who was told of it, and for staff; and what they do with it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.callers import member_of
from accounts.models import Member
from marketplace.clock import utc_now
from marketplace.errors import InvalidInput, MarketplaceError
from notifications.models import Event
from requests import actions
from requests.actions import DeclineReason, StaleRequest
from requests.actions.looking import is_looking
from requests.client_facts import client_facts
from requests.guide.forms import StepForm, WhereForm
from requests.guide.steps import STEPS
from requests.models import CloseReason, Match, RequestStatus, ServiceRequest, Visibility
from requests.moves import ACTIVE
from requests.presentation import answers_in_words, budget_words, place_words, time_frame_words
from requests.presentation.prices import price_words
from requests.presentation.proposal_page import comparison
from requests.presentation.timeline import timeline
from requests.serializers import reasons_of
from requests.similar import warnings_about
from services.reader import reader_locale
from sitesettings.models import SiteSettings

WORTH_RENEWING: Final = timedelta(days=14)
"""A request that stays open for longer anyway is not offered to be renewed."""


@never_cache
@login_required
@require_safe
def show(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The request as this member sees it."""
    member = member_of(request)
    found = visible_request(member, request_id)
    context = {
        "it": found,
        "budget": budget_words(found, reader_locale(request)),
        "place": place_words(found),
        "time_frame": time_frame_words(found),
        "answers": answers_in_words(found),
        "files": list(found.attachments.all()),
        "is_active": found.status in ACTIVE,
    }
    if found.client_id == member.pk or member.is_staff:
        return render(request, "requests/request.html", context | _for_client(request, found))
    return render(request, "requests/lead.html", context | _for_provider(request, member, found))


@login_required
@require_POST
def act(request: HttpRequest, request_id: UUID, verb: str) -> HttpResponse:
    """Carries out what the client decided."""
    member = member_of(request)
    found = visible_request(member, request_id)
    try:
        told = _ACTS[verb](request, member, found)
    except MarketplaceError as error:
        problems = [problem["message"] for each in (error.fields or {}).values() for problem in each]
        messages.error(request, " ".join([str(error.message), *problems]))
        return redirect("requests:request", found.pk)
    messages.success(request, told[1])
    return redirect("requests:request", told[0].pk)


@login_required
@require_POST
def decline(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The provider does not want the request."""
    member = member_of(request)
    match = Match.objects.select_related("page").filter(request_id=request_id, page__member=member).first()
    if match is None:
        raise Http404
    try:
        actions.decline_match(actor=member, match=match, reason=request.POST.get("reason", ""), now=utc_now())
        messages.success(request, _("Declined. Thank you for saying so: it helps us to find better requests for you."))
    except MarketplaceError as error:
        messages.error(request, str(error.message))
        return redirect("requests:request", request_id)
    return redirect("requests:leads")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """All of a draft or active request in one form."""
    member = member_of(request)
    found = visible_request(member, request_id)
    if found.client_id != member.pk:
        raise Http404
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    locale = reader_locale(request)
    forms = _forms(found, locale, sent)
    status = 200
    if request.method == "POST":
        done = _save(request, member, found, forms)
        if done is not None:
            return done
        status = 400
    context = {"it": found, "forms": forms, "version": request.POST.get("version", found.version)}
    context["prices"] = price_words(found.service, currency=found.currency or "EUR", locale=locale)
    context |= {form_step.key: form for form_step, form in zip(STEPS[1:], forms, strict=True)}
    return render(request, "requests/edit.html", context, status=status)


def visible_request(member: Member, request_id: UUID) -> ServiceRequest:
    """The request, if the member may see it; raises Http404."""
    shown = ServiceRequest.objects.visible_to(member).select_related("service__group", "client")
    found = shown.filter(pk=request_id).first()
    if found is None:
        raise Http404
    return found


def _for_client(request: HttpRequest, found: ServiceRequest) -> dict[str, Any]:
    matches = found.matches.select_related("page__member", "request").order_by("rank")
    is_draft = found.status == RequestStatus.DRAFT
    show, order = request.GET.get("show", ""), request.GET.get("order", "")
    return {
        **({} if is_draft else comparison(found, show=show, order=order)),
        "matches": [(match, reasons_of(match)) for match in matches],
        "invited": list(found.invited_pages.select_related("member")) if found.visibility == "invited" else [],
        "hints": warnings_about(found, now=utc_now()) if is_draft else [],
        "timeline": timeline(Event.objects.filter(subject_type="request", subject_id=str(found.pk))),
        "close_reasons": CloseReason.choices,
        "is_looking": is_looking(found, now=utc_now()),
        "may_renew": found.expires_at is not None and found.expires_at < utc_now() + WORTH_RENEWING,
    }


def _for_provider(request: HttpRequest, member: Member, found: ServiceRequest) -> dict[str, Any]:
    match = found.matches.select_related("page", "request").filter(page__member=member).first()
    if match is not None and request.method == "GET":
        actions.mark_match_viewed(actor=member, match=match, now=utc_now())
    mine = found.proposals.filter(page__member=member).order_by("-created_at").first()
    return {
        "mine": mine,
        "client": client_facts([found.client_id])[found.client_id],
        "places_left": max(0, found.proposal_cap - found.proposal_count),
        "fee": SiteSettings.current().fee_percent,
        "match": match,
        "reasons": reasons_of(match) if match else [],
        "decline_reasons": DeclineReason.choices,
    }


def _forms(found: ServiceRequest, locale: str, sent: tuple[Any, Any]) -> list[StepForm]:
    invited = list(found.invited_pages.select_related("member"))
    return [
        step.form(*sent, request=found, locale=locale, **({"invited": invited} if step.form is WhereForm else {}))
        for step in STEPS[1:]
    ]


def _save(request: HttpRequest, member: Member, found: ServiceRequest, forms: list[StepForm]) -> HttpResponse | None:
    """The answer after saving; None where something is wrong, which the forms show."""
    valid = [form.is_valid() for form in forms]  # every one of them, so that each shows what is wrong in it
    if not all(valid):
        return None
    changes = {name: value for form in forms for name, value in form.changes().items()}
    version = request.POST.get("version", "")
    now = utc_now()
    try:
        edited = actions.edit_request(
            actor=member,
            request=found,
            changes=changes,
            now=now,
            version=int(version) if version.isdecimal() and len(version) < 9 else None,
        )
    except (InvalidInput, StaleRequest) as error:
        for form in forms:
            form.add_problems(error.fields or {})
        if not error.fields:
            forms[0].add_error(None, str(error.message))
        return None
    except MarketplaceError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _saved_words(edited, now=now))
    return redirect("requests:request", found.pk)


def _saved_words(edited: ServiceRequest, *, now: datetime) -> str:
    if not is_looking(edited, now=now):
        return _("Saved.")
    if edited.visibility == Visibility.INVITED:
        return _("Saved. We are telling those whom you ask now.")
    return _("Saved. We are telling providers who fit now and do not know your request yet.")


def _publish(_request: HttpRequest, member: Member, found: ServiceRequest) -> tuple[ServiceRequest, str]:
    published = actions.publish_request(actor=member, request=found, now=utc_now())
    return published, _("Posted. We are telling the right providers now.")


def _close(request: HttpRequest, member: Member, found: ServiceRequest) -> tuple[ServiceRequest, str]:
    reason = request.POST.get("reason", "")
    return actions.close_request(actor=member, request=found, reason=reason, now=utc_now()), _("Closed.")


def _reopen(_request: HttpRequest, member: Member, found: ServiceRequest) -> tuple[ServiceRequest, str]:
    return actions.reopen_request(actor=member, request=found, now=utc_now()), _("Open again.")


def _renew(_request: HttpRequest, member: Member, found: ServiceRequest) -> tuple[ServiceRequest, str]:
    renewed = actions.renew_request(actor=member, request=found, now=utc_now())
    return renewed, _("Renewed. It stays open for as long as when you posted it.")


def _stop(_request: HttpRequest, member: Member, found: ServiceRequest) -> tuple[ServiceRequest, str]:
    stopped = actions.start_review(actor=member, request=found, now=utc_now())
    return stopped, _("No further proposals. Those that you have stay as they are.")


def _resume(_request: HttpRequest, member: Member, found: ServiceRequest) -> tuple[ServiceRequest, str]:
    return actions.end_review(actor=member, request=found, now=utc_now()), _("Providers can propose again.")


def _repost(_request: HttpRequest, member: Member, found: ServiceRequest) -> tuple[ServiceRequest, str]:
    copy = actions.repost_request(actor=member, request=found, now=utc_now())
    return copy, _("Here is a copy. Change what you like, then post it.")


_ACTS: dict[str, Callable[[HttpRequest, Member, ServiceRequest], tuple[ServiceRequest, str]]] = {
    "publish": _publish,
    "close": _close,
    "reopen": _reopen,
    "renew": _renew,
    "repost": _repost,
    "stop": _stop,
    "resume": _resume,
}
VERBS = tuple(_ACTS)
