"""The provider's page about past clients from outside: inviting them, what became of it, replies."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.callers import member_of
from engagements.actions import invite_past_client, reply_to_outside_review
from engagements.forms import PastClientForm, ReplyForm, first_problem
from engagements.models import OutsideReview, PastClient
from engagements.past_clients.rules import MOST_A_DAY, MOST_IN_ALL
from marketplace.clock import utc_now
from marketplace.errors import MarketplaceError
from services.models import PageStatus, ServicePage


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def past_clients(request: HttpRequest) -> HttpResponse:
    """The list and the form."""
    page = ServicePage.objects.filter(member=member_of(request)).first()
    if page is None:
        return redirect("services:new")
    if request.method != "POST":
        return _show(request, page, PastClientForm())
    form = PastClientForm(request.POST)
    if not form.is_valid():
        return _show(request, page, form, status=400)
    try:
        invite_past_client(
            actor=member_of(request),
            page=page,
            name=form.cleaned_data["name"],
            email=form.cleaned_data["email"],
            has_consent=form.cleaned_data["consent"],
            now=utc_now(),
        )
    except MarketplaceError as error:
        form.add_problems(error)
        return _show(request, page, form, status=error.status)
    messages.success(request, _("Invited. The mail is on its way."))
    return redirect("engagements:past_clients")


@login_required
@require_POST
def reply(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Answers a past client's review in public."""
    found = OutsideReview.objects.filter(pk=review_id, page__member=member_of(request)).first()
    if found is None:
        raise Http404
    form = ReplyForm(request.POST)
    try:
        if not form.is_valid():
            raise MarketplaceError(first_problem(form))
        reply_to_outside_review(actor=member_of(request), review=found, text=form.cleaned_data["text"], now=utc_now())
        messages.success(request, _("Your reply is published."))
    except MarketplaceError as error:
        messages.error(request, str(error.message))
    return redirect("engagements:past_clients")


def _show(request: HttpRequest, page: ServicePage, form: PastClientForm, *, status: int = 200) -> HttpResponse:
    invited = list(PastClient.objects.filter(page=page).select_related("mail", "review"))
    context: dict[str, Any] = {
        "service_page": page,
        "is_published": page.status == PageStatus.PUBLISHED,
        "form": form,
        "reply_form": ReplyForm(),
        "invited": invited,
        "most": MOST_IN_ALL,
        "most_a_day": MOST_A_DAY,
        "left": MOST_IN_ALL - len(invited),
    }
    return render(request, "engagements/past_clients/list.html", context, status=status)
