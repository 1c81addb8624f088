"""The beginning of the guided form: a sentence, and what we understood of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.clock import utc_now
from requests.guide.draft import Draft
from requests.guide.steps import REVIEW_URL, STEPS
from requests.guide.telling import KINDS, LONGEST, chips, choose_service, next_step, step_asking, take_back, tell
from services.models import Service


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: HttpRequest) -> HttpResponse:
    """A sentence fills the guide in; each thing that was understood can be changed or taken back.

    Every button sends the sentence along: where it was edited, it is read anew before anything else. "skip" leads to
    the catalogue, with what was read.
    """
    draft = Draft.of(request)
    if request.method != "POST":
        return _show(request, draft)
    text = request.POST.get("sentence", "").replace("\0", " ").strip()
    skips = request.POST.get("go") == "skip"
    if skips and not text:
        return redirect(STEPS[0].url)
    if not text:
        return _show(request, draft, problem=_("Say in a few words what you need."))
    if len(text) > LONGEST:
        problem = _("This may have at most %(most)s characters.") % {"most": LONGEST}
        return _show(request, draft, problem=problem, typed=text)
    if text != draft.sentence.get("text"):
        tell(draft, text, today=timezone.localdate(utc_now()))
        return redirect(STEPS[0].url if skips else "requests:describe")
    return _act(request, draft)


def _act(request: HttpRequest, draft: Draft) -> HttpResponse:
    """What the pressed button says."""
    verb, _colon, what = request.POST.get("go", "").partition(":")
    if verb == "remove":
        take_back(draft, what)
    elif verb == "service":
        choose_service(draft, what)
    elif verb == "change" and what in KINDS:
        return redirect(step_asking(what).url)
    elif verb == "next":
        return redirect(next_step(draft) or REVIEW_URL)
    elif verb == "skip":
        return redirect(STEPS[0].url)
    return redirect("requests:describe")


def _show(request: HttpRequest, draft: Draft, *, problem: str = "", typed: str | None = None) -> HttpResponse:
    text = draft.sentence.get("text", "")
    order = draft.sentence.get("others", [])
    others = sorted(
        Service.objects.filter(slug__in=order, is_active=True), key=lambda service: order.index(service.slug)
    )
    context: dict[str, Any] = {
        "typed": text if typed is None else typed,
        "told": text,
        "longest": LONGEST,
        "problem": problem,
        "chips": chips(draft) if text else [],
        "others": others if text else [],
        "has_service": "service" in draft.steps,
    }
    return render(request, "requests/guide/describe.html", context, status=400 if problem else 200)
