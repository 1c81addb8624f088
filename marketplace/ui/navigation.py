"""Addresses that every page links to, looked up once per process instead of once per link and page."""

from functools import lru_cache

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse

FIXED = {
    "services:search": "/services/",
    "services:new": "/services/new/",
    "services:mine": "/services/mine/",
    "services:saved": "/saved/",
    "requests:new": "/requests/new/",
    "requests:mine": "/requests/",
    "requests:leads": "/requests/leads/",
    "requests:proposals": "/proposals/",
    "engagements:mine": "/engagements/",
    "notifications:list": "/notifications/",
    "notifications:preferences": "/notifications/preferences/",
    "insights:dashboard": "/insights/",
    "insights:own": "/dashboard/",
    "accounts:profile": "/accounts/profile/",
}


NEXT = "next"
"""The parameter that says where one was going when one was asked to log in."""
ENTRANCE = {"account_login", "account_signup"}
_known: set[str] = set()


@lru_cache(maxsize=128)
def _reversed(name: str, urlconf: str | None) -> str:
    try:
        return reverse(name, urlconf=urlconf)
    except NoReverseMatch:
        if name in FIXED:
            return FIXED[name]
        raise


def address(name: str) -> str:
    """Path of the page of this name, which takes no arguments."""
    path = _reversed(name, get_urlconf())
    _known.add(path)
    return path


def is_address(path: str) -> bool:
    """Whether a page of the navigation stands there, of those that this process has linked to so far."""
    return path in _known


def heading_for(request: HttpRequest | None) -> str:
    """Where one was going when one was asked to log in, as the address says; empty where it does not."""
    try:
        return request.GET.get(NEXT, "") if request is not None else ""
    except TooManyFieldsSent:  # and the page that says so has a header, too
        return ""
