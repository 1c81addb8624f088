"""Template context."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.callers import known_member
from messaging.live import count_unread


def inbox(request: HttpRequest) -> dict[str, object]:
    """``unread_conversations``: how many, counted only where a template shows it."""
    member = known_member(request)
    return {} if member is None else {"unread_conversations": SimpleLazyObject(lambda: count_unread(member.pk))}
