"""The guided form: its steps, the review, publishing and pausing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.callers import known_member, member_of
from accounts.models import Member
from marketplace.clock import utc_now
from marketplace.errors import MarketplaceError
from services.actions import discard_input, pause_page, publish_page
from services.guide.context import progress_context, review_context, step_context
from services.guide.save import Saved, autosave_step, bound_form, empty_form, save_step, typed
from services.guide.steps import REVIEW_URL, STEPS, Step, neighbours, step_of
from services.models import PageInput, PageStatus, ServicePage
from services.reader import reader_locale
from services.rules.publishing import IncompletePage
from sitesettings.models import SiteSettings

LEFT_BEHIND = "page_input"
"""Key of the session that holds a step which was sent after the log-in had expired."""
MOST_LEFT_BEHIND = 50_000


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The first step, for those who have no page yet."""
    member = known_member(request)
    if member is None:
        if request.method != "POST" and SiteSettings.current().signup_open:
            # Whoever offers something for the first time mostly has no account yet; logging in is a link away.
            return redirect_to_login(request.get_full_path(), login_url=reverse("account_signup"))
        return _log_in_first(request, STEPS[0])
    page = own_page(member)
    if page is not None and request.method != "POST":
        return redirect(REVIEW_URL)
    return _step(request, member, page, STEPS[0])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, key: str) -> HttpResponse:
    """One step of the member's page."""
    found = step_of(key)
    if found is None:
        raise Http404
    member = known_member(request)
    if member is None:
        return _log_in_first(request, found)
    page = own_page(member)
    if page is None:
        return redirect("services:new")
    return _step(request, member, page, found)


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The member's own page: how complete it is, what it says, publishing."""
    page = own_page(member_of(request))
    if page is None:
        return redirect("services:new")
    return render(request, "services/guide/review.html", review_context(page, reader_locale(request)))


@login_required
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Shows the page to everybody."""
    page = own_page(member_of(request))
    if page is None:
        return redirect("services:new")
    try:
        publish_page(actor=member_of(request), page=page, now=utc_now())
    except IncompletePage as error:
        context = review_context(page, reader_locale(request)) | {"problem": error}
        return render(request, "services/guide/review.html", context, status=error.status)
    messages.success(request, _("Your page is published. Clients find it from now on."))
    return redirect(REVIEW_URL)


@login_required
@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Hides the page."""
    page = own_page(member_of(request))
    if page is None:
        return redirect("services:new")
    try:
        pause_page(actor=member_of(request), page=page, now=utc_now())
        messages.success(request, _("Your page is paused. Nobody finds it until you publish it again."))
    except MarketplaceError as error:
        messages.error(request, str(error.message))
    return redirect(REVIEW_URL)


def own_page(member: Member) -> ServicePage | None:
    """The member's page in any state."""
    return ServicePage.objects.filter(member=member).select_related("member").first()


def _step(request: HttpRequest, member: Member, page: ServicePage | None, step: Step) -> HttpResponse:
    locale = reader_locale(request)
    if request.method != "POST":
        return _show(request, page, step, **_opened(request, member, page, step, locale))
    if page is not None and request.POST.get("go") == "discard":
        discard_input(actor=member, page=page, step=step.key)
        return redirect(step.url)
    save = autosave_step if "autosave" in request.POST else save_step
    try:
        saved = save(actor=member, page=page, step=step, post=request.POST, locale=locale, now=utc_now())
    except MarketplaceError as error:  # the same member made a page a moment ago, in another tab
        messages.error(request, str(error.message))
        return redirect(REVIEW_URL)
    if "autosave" in request.POST:
        return _autosaved(saved)
    return _sent(request, saved, step)


def _opened(request: HttpRequest, member: Member, page: ServicePage | None, step: Step, locale: str) -> dict[str, Any]:
    """The form as it is opened: with what was typed and not saved, or with what the page has."""
    left = request.session.get(LEFT_BEHIND, {}).get(step.key)
    if left is not None:
        del request.session[LEFT_BEHIND]
    kept = PageInput.objects.filter(page=page, step=step.key).first() if page else None
    data = left or (kept.data if kept else None)
    shown = page or ServicePage(member=member)
    if data is None:
        return {"form": empty_form(step, shown, locale)}
    return {"form": bound_form(step, data, shown, locale), "unsaved": True}


def _sent(request: HttpRequest, saved: Saved, step: Step) -> HttpResponse:
    """Where saving a step leads: on, back, to the review, or to the same step with what is wrong."""
    before, after = neighbours(step)
    go = request.POST.get("go", "next")
    if go == "back" and before:
        return redirect(before)
    if saved.applied:
        return redirect(REVIEW_URL if go == "review" else after)
    status = 409 if saved.stale else 400
    return _show(request, saved.page, step, form=saved.form, status=status)


def _show(
    request: HttpRequest, page: ServicePage | None, step: Step, *, form: Any, unsaved: bool = False, status: int = 200
) -> HttpResponse:
    context = step_context(page, step, form) | {"unsaved": unsaved}
    return render(request, step.template, context, status=status)


def _autosaved(saved: Saved) -> JsonResponse:
    """What the page's script shows. ``state``: saved to the page, or kept as typed beside it."""
    context = progress_context(saved.page)
    problems = [str(error) for errors in saved.form.errors.values() for error in errors]
    return JsonResponse(
        {
            "state": "stale" if saved.stale else "saved" if saved.applied else "kept",
            "version": saved.page.version if saved.page else None,
            "public": bool(saved.page and saved.page.status == PageStatus.PUBLISHED),
            "problems": problems[:5],
            "progress": render_to_string("services/guide/progress.html", context),
        }
    )


def _log_in_first(request: HttpRequest, step: Step) -> HttpResponse:
    """To the log-in; what was sent meanwhile is in the form again afterwards."""
    if request.method == "POST":
        data = typed(request.POST)
        if sum(len(value) for values in data.values() for value in values) <= MOST_LEFT_BEHIND:
            request.session[LEFT_BEHIND] = {step.key: data}
        return redirect_to_login(request.path)
    return redirect_to_login(request.get_full_path())
