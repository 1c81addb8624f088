"""Where a request comes from."""

from typing import Any

from django.conf import settings


def client_address(request: Any) -> str:
    """The caller's IP address: what the outermost trusted proxy saw, or the connection's other end without a proxy.

    ``request`` is Django's or Django REST framework's. What callers put into X-Forwarded-For is not believed.
    """
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    trusted = settings.TRUSTED_PROXIES
    if trusted and len(forwarded) >= trusted and forwarded[-trusted]:
        return str(forwarded[-trusted])
    return request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104 — an address to count by, nothing listens on it
