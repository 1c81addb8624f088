"""Template context."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.callers import known_member
from notifications.bell import read_bell


def bell(request: HttpRequest) -> dict[str, object]:
    """``bell``: what it shows, read only where a template shows it."""
    member = known_member(request)
    if member is None:
        return {}
    return {"bell": SimpleLazyObject(lambda: read_bell(member.pk))}
