"""Template context."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.callers import known_member
from notifications.models import Notification


def unread(request: HttpRequest) -> dict[str, object]:
    """``unread_notifications``: how many, counted only where a template shows it."""
    member = known_member(request)
    if member is None:
        return {}
    return {"unread_notifications": SimpleLazyObject(lambda: Notification.objects.visible_to(member).count_unread())}
