"""One engagement: where it stands, the terms, the reviews, and what its two sides do with it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.callers import member_of
from accounts.models import Member
from engagements import actions
from engagements.forms import CancelForm, ReplyForm, ReviewForm, SetBackForm, first_problem
from engagements.models import Engagement, EngagementStatus, Review
from engagements.presentation import PAID_OUTSIDE, days_words, price_words, standing, timeline
from marketplace.clock import utc_now
from marketplace.errors import MarketplaceError
from marketplace.markdown import render_markdown
from requests.models import ClientRecord, Side
from services.reader import reader_locale


@never_cache
@login_required
@require_safe
def show(request: HttpRequest, engagement_id: UUID) -> HttpResponse:
    """The engagement as this member sees it."""
    return _show(request, visible_engagement(member_of(request), engagement_id))


@login_required
@require_safe
def of_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Leads to the latest engagement about a request, or back where there is none that the member may see."""
    mine = Engagement.objects.visible_to(member_of(request)).filter(request=request_id)
    found = mine.order_by("-agreed_at").first()
    if found is None:
        messages.info(request, _("Nothing was agreed about this request here."))
        return redirect("requests:request", request_id)
    return redirect("engagements:engagement", found.pk)


@login_required
@require_POST
def act(request: HttpRequest, engagement_id: UUID, verb: str) -> HttpResponse:
    """Carries out what one side decided about the work."""
    found = visible_engagement(member_of(request), engagement_id)
    try:
        messages.success(request, _ACTS[verb](request, member_of(request), found))
    except MarketplaceError as error:
        messages.error(request, str(error.message))
    return redirect("engagements:engagement", found.pk)


@never_cache
@login_required
@require_POST
def review(request: HttpRequest, engagement_id: UUID) -> HttpResponse:
    """Writes the member's review, or replaces it while it is hidden."""
    found = visible_engagement(member_of(request), engagement_id)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _show(request, found, review_form=form, status=400)
    try:
        written, _is_new = actions.write_review(
            actor=member_of(request), engagement=found, now=utc_now(), **form.cleaned_data
        )
    except MarketplaceError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(
            request, _("Both reviews are published.") if written.published_at else _("Your review is kept.")
        )
    return redirect(f"{reverse('engagements:engagement', args=[found.pk])}#reviews")


@never_cache
@login_required
@require_POST
def reply(request: HttpRequest, engagement_id: UUID, review_id: UUID) -> HttpResponse:
    """Answers a review in public."""
    member = member_of(request)
    found = visible_engagement(member, engagement_id)
    about = Review.objects.readable_by(member).filter(engagement=found, pk=review_id).first()
    if about is None:
        raise Http404
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _show(request, found, reply_form=form, status=400)
    try:
        actions.reply_to_review(actor=member, review=about, text=form.cleaned_data["text"], now=utc_now())
        messages.success(request, _("Your reply is published."))
    except MarketplaceError as error:
        messages.error(request, str(error.message))
    return redirect(f"{reverse('engagements:engagement', args=[found.pk])}#reviews")


def visible_engagement(member: Member, engagement_id: UUID) -> Engagement:
    """The engagement, if the member may see it; raises Http404."""
    found = Engagement.objects.visible_to(member).with_all().filter(pk=engagement_id).first()
    if found is None:
        raise Http404
    return found


def _show(request: HttpRequest, found: Engagement, *, status: int = 200, **forms: forms.Form) -> HttpResponse:
    member, locale = member_of(request), reader_locale(request)
    side = found.side_of(member)
    context: dict[str, Any] = {
        "it": found,
        "side": side,
        "price": price_words(found, locale),
        "days": days_words(found),
        "scope": render_markdown(found.scope, headings_below=2),
        "paid_outside": PAID_OUTSIDE,
        "timeline": timeline(found),
        **_reviews(found, member, side),
        **forms,
    }
    if side is not None:
        context |= _for_side(found, side, context["reviews"], forms)
    return render(request, "engagements/engagement.html", context, status=status)


def _reviews(found: Engagement, member: Member, side: Side | None) -> dict[str, Any]:
    readable = list(Review.objects.readable_by(member).filter(engagement=found).order_by("by"))
    for each in readable:
        each.engagement = found
    own = next((each for each in readable if each.by == side), None)
    return {"reviews": readable, "own_review": own, "takes_reviews": found.takes_reviews(utc_now())}


def _for_side(found: Engagement, side: Side, reviews: list[Review], forms: dict[str, forms.Form]) -> dict[str, Any]:
    own = next((each for each in reviews if each.by == side), None)
    initial = {"rating": own.rating, "text": own.text} if own else None
    record = ClientRecord.objects.filter(member=found.client_id).first() if side == Side.PROVIDER else None
    return {
        "other": found.provider if side == Side.CLIENT else found.client,
        "client_record": record,
        "standing": standing(found, side, reviews, now=utc_now()),
        "is_asked_to_confirm": found.waits_for_confirmation and found.completion_by != side,
        "can_start": found.status == EngagementStatus.AGREED,
        "can_mark": found.status in (EngagementStatus.AGREED, EngagementStatus.UNDER_WAY),
        "can_cancel": found.status in (EngagementStatus.AGREED, EngagementStatus.UNDER_WAY)
        and not found.waits_for_confirmation,
        "cancel_form": CancelForm(),
        "set_back_form": SetBackForm(),
        "review_form": forms.get("review_form") or ReviewForm(initial=initial),
        "reply_form": forms.get("reply_form") or ReplyForm(),
    }


def _start(_request: HttpRequest, member: Member, found: Engagement) -> str:
    actions.start_work(actor=member, engagement=found, now=utc_now())
    return _("Work is under way. Good luck with it!")


def _complete(_request: HttpRequest, member: Member, found: Engagement) -> str:
    done = actions.complete_engagement(actor=member, engagement=found, now=utc_now())
    if done.status == EngagementStatus.COMPLETED:
        return _("Completed. Now you can both write a review.")
    return _("Marked as completed. The other side is asked to confirm.")


def _set_back(request: HttpRequest, member: Member, found: Engagement) -> str:
    form = SetBackForm(request.POST)
    if found.completion_by != found.side_of(member) and not form.is_valid():
        raise MarketplaceError(first_problem(form))
    words = form.cleaned_data.get("words", "") if form.is_valid() else ""
    actions.set_back_completion(actor=member, engagement=found, words=words, now=utc_now())
    return _("The work goes on. The other side is told.")


def _cancel(request: HttpRequest, member: Member, found: Engagement) -> str:
    form = CancelForm(request.POST)
    if not form.is_valid():
        raise MarketplaceError(first_problem(form))
    actions.cancel_engagement(actor=member, engagement=found, now=utc_now(), **form.cleaned_data)
    return _("Cancelled. The other side is told.")


_ACTS: dict[str, Callable[[HttpRequest, Member, Engagement], str]] = {
    "start": _start,
    "complete": _complete,
    "not-yet": _set_back,
    "cancel": _cancel,
}
VERBS = tuple(_ACTS)
