"""One conversation: reading it and writing in it, with and without JavaScript."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.callers import member_of
from accounts.models import Member
from marketplace.clock import utc_now
from marketplace.errors import MarketplaceError
from messaging import actions
from messaging.forms import MessageForm
from messaging.models import Conversation, Message, Seat
from messaging.presentation import thread
from messaging.rules import check_may_begin, hindrance
from messaging.views.common import inbox_context, private, visible_conversation
from requests.models import Proposal, ProposalStatus, ServiceRequest
from services.models import ServicePage


@private
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The conversation, which is read by looking at it; POST sends a message."""
    member = member_of(request)
    found = visible_conversation(member, conversation_id)
    form = _form(request, member)
    if request.method == "GET":
        actions.mark_read(actor=member, conversation=found, until=found.last_sequence, now=utc_now())
    if not form.is_bound:
        return _show(request, member, found, form)
    try:
        if form.is_valid():
            sent = actions.send_message(actor=member, conversation=found, draft=form.draft(), now=utc_now())
            return _go_to(sent)
    except MarketplaceError as error:
        form.add_error(None, str(error.message))
        return _show(request, member, found, form, status=error.status)
    return _show(request, member, found, form, status=400)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, request_id: UUID, page_id: UUID) -> HttpResponse:
    """The conversation of a request's client and a provider before anything is written. The first message makes it."""
    member = member_of(request)
    about = ServiceRequest.objects.select_related("client", "service").filter(pk=request_id).first()
    page = ServicePage.objects.select_related("member").filter(pk=page_id).first()
    if about is None or page is None:
        raise Http404
    found = actions.find_conversation(actor=member, request=about, page=page)
    if found is not None and found.last_sequence and request.method != "POST":
        return redirect("messaging:conversation", found.pk)
    if found is None:
        check_may_begin(actor=member, request=about, page=page)
    blank = found or Conversation(request=about, page=page, client=about.client, provider=page.member)
    form = _form(request, member)
    if not form.is_bound:
        return _show(request, member, blank, form)
    try:
        if form.is_valid():
            draft = form.draft()
            return _go_to(
                actions.begin_conversation(actor=member, request=about, page=page, draft=draft, now=utc_now())
            )
    except MarketplaceError as error:
        form.add_error(None, str(error.message))
        return _show(request, member, blank, form, status=error.status)
    return _show(request, member, blank, form, status=400)


@private
@require_safe
def stretch(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Messages ``after`` or ``before`` a number, as HTML, for a page that is open already."""
    member = member_of(request)
    found = visible_conversation(member, conversation_id)
    sequence = request.GET.get("after") or request.GET.get("before") or ""
    if not (sequence.isascii() and sequence.isdigit() and len(sequence) < 10):
        raise Http404
    part = thread.after if "after" in request.GET else thread.before
    context = {"it": found, "other": found.other(member), "stretch": part(found, member, int(sequence))}
    return render(request, "messaging/stretch.html", context)


def _form(request: HttpRequest, member: Member) -> MessageForm:
    if request.method == "POST":
        return MessageForm(request.POST, request.FILES, member=member)
    return MessageForm(member=member)


def _go_to(message: Message) -> HttpResponse:
    address = reverse("messaging:conversation", args=[message.conversation_id])
    return redirect(f"{address}#m-{message.sequence}")


def _show(
    request: HttpRequest, member: Member, it: Conversation, form: MessageForm, *, status: int = 200
) -> HttpResponse:
    is_new = it._state.adding
    before = request.GET.get("before", "")
    sequence = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    stretch = thread.Stretch([], False) if is_new else thread.before(it, member, sequence)
    other_seat = None if is_new else Seat.objects.exclude(member=member).get(conversation=it)
    context: dict[str, Any] = {
        "it": it,
        "is_new": is_new,
        "is_client": member.pk == it.client_id,
        "other": it.other(member),
        "stretch": stretch,
        "is_latest": sequence is None,
        "other_read": other_seat.read_sequence if other_seat else 0,
        "last_mine": max((line.message.sequence for line in stretch.lines if line.is_mine), default=0),
        "hindrance": hindrance(actor=member, conversation=it, now=utc_now()),
        "proposal": _proposal(it),
        "form": form,
    }
    return render(request, "messaging/conversation.html", context | inbox_context(request, it.pk), status=status)


def _proposal(it: Conversation) -> Proposal | None:
    sent = Proposal.objects.filter(request=it.request, page=it.page).exclude(status=ProposalStatus.DRAFT)
    return sent.order_by("-created_at").first()
