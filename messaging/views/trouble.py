"""Reporting, and blocking the other side."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions import block_member, unblock_member
from accounts.callers import member_of
from accounts.models import Block
from marketplace.clock import utc_now
from messaging.actions import report
from messaging.forms import ReportForm
from messaging.models import Conversation, Message
from messaging.views.common import private, visible_conversation


@private
@require_http_methods(["GET", "HEAD", "POST"])
def report_page(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Reports a message of the other side, or the conversation."""
    member = member_of(request)
    found = visible_conversation(member, conversation_id)
    message = _message(request, found)
    if message is not None and message.sender_id == member.pk:
        raise Http404
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        report(
            actor=member,
            conversation=found,
            message=message,
            reason=given["reason"],
            words=given["words"],
            now=utc_now(),
        )
        messages.success(request, _("Thank you. Our staff will look at it."))
        return redirect("messaging:conversation", found.pk)
    context = {"it": found, "other": found.other(member), "message": message, "form": form}
    return render(request, "messaging/report.html", context, status=400 if form.is_bound else 200)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def block_page(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Says what a block does; POST blocks, or takes the block back where ``undo`` is set."""
    member = member_of(request)
    found = visible_conversation(member, conversation_id)
    other = found.other(member)
    if request.method != "POST":
        is_blocked = Block.objects.filter(blocker=member, blocked=other).exists()
        return render(request, "messaging/block.html", {"it": found, "other": other, "is_blocked": is_blocked})
    name = {"name": other.display_name}
    if "undo" in request.POST:
        unblock_member(actor=member, blocked=other)
        messages.success(request, _("%(name)s is no longer blocked.") % name)
    else:
        block_member(actor=member, blocked=other, now=utc_now())
        messages.success(request, _("%(name)s is blocked.") % name)
    return redirect("messaging:conversation", found.pk)


def _message(request: HttpRequest, conversation: Conversation) -> Message | None:
    given = request.GET.get("message", "")
    if not given:
        return None
    try:
        found = conversation.messages.filter(pk=UUID(given)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found
