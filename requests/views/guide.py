"""The guided form: its steps and the review. Everything but posting works without log-in."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.callers import known_member
from accounts.idempotency import new_form_key, submit_once
from attachments.models import Attachment
from marketplace.clock import utc_now
from marketplace.errors import InvalidInput, TooFast
from requests import actions
from requests.guide.draft import Draft, Problems, check
from requests.guide.forms import StepForm, known_service
from requests.guide.package import order
from requests.guide.steps import REVIEW_URL, STEPS, Step, neighbours, step_for, step_of
from requests.guide.telling import LONGEST, tell
from requests.models import ServiceRequest
from requests.presentation import answers_in_words, budget_words, place_words, time_frame_words
from requests.presentation.prices import price_words
from requests.rules.catalogue import questions_of
from requests.rules.changes import TITLE
from requests.rules.invitations import MOST as MOST_ASKED
from requests.similar import warnings_about
from services.guide.context import picker
from services.models import ServicePage

MOST_SHOWN: Final = 50
"""Pages among which one who chose too many chooses again."""


@never_cache
@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """Takes what the address says into the draft, and leads to the first step that is open.

    It may name a service, up to five pages to ask (page, repeated), a sentence (q), and a package of the one page to
    order with its extras (extra, repeated). Several pages are asked instead of those that were chosen before, a single
    one beside them; where they become too many the client is asked which to keep. Whoever brings nothing along begins
    by describing what she needs in a sentence.
    """
    draft = Draft.of(request)
    pages = _pages(request.GET.getlist("page")[:MOST_SHOWN])
    before = [] if len(pages) > 1 or "only" in request.GET else draft.ticked()
    asked = list(dict.fromkeys([*before, *pages]))
    if len(asked) > MOST_ASKED and not request.GET.get("package"):
        return _choose(request, asked)
    if pages:
        draft.ask(page.pk for page in asked)
    service = known_service(request.GET.get("service", "")[:60])
    if service is not None:
        draft.keep(STEPS[0], _query(service=service.slug))
    words = request.GET.get("q", "").replace("\0", " ").strip()[:LONGEST]
    told = draft.sentence.get("text")
    if words and not pages and service is None and (told or not draft.steps):
        if words != told:  # instead of what an earlier sentence said
            tell(draft, words, today=timezone.localdate(utc_now()))
        return redirect("requests:describe")
    if words and "details" not in draft.steps:
        draft.fill("details", {"title": words[:TITLE]})
    if len(pages) == 1 and request.GET.get("package"):
        order(draft, pages[0], request.GET["package"], request.GET.getlist("extra"))
    if "service" in draft.steps:
        return redirect(STEPS[1].url)
    return redirect(STEPS[0].url if draft.steps or draft.pages else "requests:describe")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, key: str) -> HttpResponse:
    """One step. What was typed is kept, right or wrong, and so are files; one goes on only when it is right."""
    found = step_of(key)
    if found is None:
        raise Http404
    draft = Draft.of(request)
    if found is not STEPS[0] and not draft.blank().service_id:
        return redirect(STEPS[0].url)
    if request.method != "POST":
        form = draft.form(found, draft.blank())
        if found.key in draft.filled:
            form.errors.clear()  # nobody likes to be told what is wrong before she has sent anything
        return _show(request, draft, found, form)
    kept = draft.keep(found, request.POST)
    blank = draft.blank()
    form = draft.form(found, blank, request.POST, request.FILES)
    if form.is_valid():
        form.add_problems(check(blank, form.changes()))
    if kept:
        draft.keep_files(found, form)
    if request.POST.get("go") == "back":
        for refused in form.errors.get("attachments", []):
            messages.warning(request, str(refused))
        return redirect(neighbours(found)[0] or found.url)
    if not kept:
        form.add_error(None, _("This is too long to be kept. Copy it before you leave this page."))
    if form.errors:
        return _show(request, draft, found, form, status=400)
    return redirect(REVIEW_URL if request.POST.get("go") == "review" else neighbours(found)[1])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """The request as providers will see it, before it is posted or kept as a draft."""
    draft = Draft.of(request)
    if "service" not in draft.steps:
        return redirect(STEPS[0].url)
    if request.method != "POST":
        return _show_review(request, draft)
    if known_member(request) is None:
        query = urlencode({"next": REVIEW_URL})
        return redirect(f"{reverse('account_signup')}?{query}")
    try:
        return redirect(submit_once(request, lambda: _post(request, draft)))
    except InvalidInput as error:
        return _show_review(request, draft, error.fields or {}, status=400)
    except TooFast as error:
        refused = _show_review(request, draft, refusal=str(error.message), status=error.status)
        refused["Retry-After"] = error.headers()["Retry-After"]
        return refused


@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Forgets what was typed."""
    Draft.of(request).clear()
    messages.info(request, _("Discarded. Nothing was posted."))
    return redirect(STEPS[0].url)


def _post(request: HttpRequest, draft: Draft) -> str:
    member = known_member(request)
    assert member is not None  # the caller has looked
    _composed, values, problems = draft.compose()
    now = utc_now()
    if request.POST.get("go") == "draft":
        made = actions.create_request(actor=member, values=values, now=now)
        messages.success(request, _("Kept as a draft. Nobody sees it until you post it."))
    else:
        if problems:
            raise InvalidInput(fields={name: list(found) for name, found in problems.items()})
        made = actions.post_request(actor=member, values=values, now=now, require_answers=True)
        messages.success(request, _("Posted. We are telling the right providers now."))
    draft.clear()
    return reverse("requests:request", args=[made.pk])


def _show(request: HttpRequest, draft: Draft, step: Step, form: StepForm, *, status: int = 200) -> HttpResponse:
    before, _after = neighbours(step)
    context: dict[str, Any] = {
        "step": step,
        "steps": _stepper(draft),
        "number": STEPS.index(step) + 1,
        "count": len(STEPS) + 1,
        "form": form,
        "before": before,
        "service": form.request.service if form.request.service_id else None,
    }
    if step.key == "budget" and form.request.service_id:
        currency = str(form["currency"].value() or "EUR")
        context["prices"] = price_words(form.request.service, currency=currency, locale=draft.locale)
    if step.key == "service":
        context |= picker(form["service"].value() or [])
    return render(request, step.template, context, status=status)


def _show_review(
    request: HttpRequest, draft: Draft, problems: Problems | None = None, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    composed, values, found = draft.compose()
    shown = problems or found
    context = {
        "composed": composed,
        "steps": _stepper(draft),
        "problems": _problems(composed, shown),
        "refusal": refusal,
        "hints": warnings_about(composed, now=utc_now()) if known_member(request) and not shown else [],
        "budget": budget_words(composed, draft.locale),
        "place": place_words(composed),
        "time_frame": time_frame_words(composed),
        "answers": answers_in_words(composed) if composed.service_id else [],
        "files": Attachment.objects.filter(uploader=composed.client, pk__in=values.get("attachments", []))
        if composed.client_id
        else [],
        "invited": draft.ticked() if composed.visibility == "invited" else [],
        "form_key": request.POST.get("form_key") or new_form_key(),
    }
    return render(request, "requests/guide/review.html", context, status=status)


def _problems(composed: ServiceRequest, problems: Problems) -> list[tuple[Step, str, str]]:
    """What is wrong, with the step where it is mended, and the question that it is about where it is about one."""
    asked = questions_of(composed.service)[0] if composed.service_id else []
    questions = {f"answers.{question.key}": question.text for question in asked}
    return [
        (step_for(name), questions.get(name, ""), str(each["message"]))
        for name, found in problems.items()
        for each in found
    ]


def _stepper(draft: Draft) -> list[dict[str, Any]]:
    started = "service" in draft.steps
    steps = [
        {"key": step.key, "label": step.label, "url": step.url if started else "", "done": step.key in draft.steps}
        for step in STEPS
    ]
    return [*steps, {"key": "review", "label": _("Review"), "url": REVIEW_URL if started else "", "done": False}]


def _choose(request: HttpRequest, asked: Sequence[ServicePage]) -> HttpResponse:
    carried = [(name, request.GET[name]) for name in ("service", "q") if request.GET.get(name)]
    context = {"asked": asked, "most": MOST_ASKED, "carried": carried}
    return render(request, "requests/guide/too_many.html", context, status=400)


def _pages(given: Sequence[str]) -> list[ServicePage]:
    """The published pages with these ids or addresses, in their order. One query, where any is given."""
    wanted = [_id_or_address(each) for each in given if each]
    if not wanted:
        return []
    either = Q(pk__in=[each for each in wanted if isinstance(each, UUID)])
    either |= Q(slug__in=[each for each in wanted if isinstance(each, str)])
    found = ServicePage.objects.published().select_related("member").filter(either)
    return sorted(found, key=lambda page: wanted.index(page.pk if page.pk in wanted else page.slug))


def _id_or_address(given: str) -> UUID | str:
    try:
        return UUID(given)
    except ValueError:
        return given[:100].replace("\0", "")


def _query(**values: str) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update(values)
    return query
