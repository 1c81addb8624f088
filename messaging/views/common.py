"""What the pages about conversations share."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.callers import member_of
from accounts.models import Member
from messaging.models import Conversation
from messaging.presentation.inbox import Wanted, inbox
from notifications.readers import zone_of

View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """For members, on their own clock, kept by no cache."""

    @wraps(view)
    def on_her_clock(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with timezone.override(zone_of(member_of(request).time_zone)):
            return view(request, *args, **kwargs)

    return never_cache(login_required(on_her_clock))


def visible_conversation(member: Member, conversation_id: UUID) -> Conversation:
    """The conversation, if the member has a seat in it; raises Http404."""
    found = Conversation.objects.visible_to(member).with_all().filter(pk=conversation_id).first()
    if found is None:
        raise Http404
    return found


def inbox_context(request: HttpRequest, current: UUID | None = None) -> dict[str, Any]:
    """The list of conversations, of which one may be open."""
    wanted = Wanted.of(request.GET)
    page, rows = inbox(member_of(request), wanted)
    return {"page": page, "rows": rows, "wanted": wanted, "current": current}
