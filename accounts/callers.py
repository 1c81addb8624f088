"""Who is behind a request, with its type."""

from django.http import HttpRequest
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from accounts.models import Member


def member_of(request: HttpRequest | Request) -> Member:
    """The logged-in member; raises NotAuthenticated (401 in the API) where a view forgot to ask for one."""
    member = known_member(request)
    if member is None:
        raise NotAuthenticated
    return member


def known_member(request: HttpRequest | Request) -> Member | None:
    """The logged-in member, or None for anonymous readers."""
    # A page about an error may be answered before anybody was identified.
    user = getattr(request, "user", None)
    return user if isinstance(user, Member) else None
