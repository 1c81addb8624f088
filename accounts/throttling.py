"""Throttling of log-in attempts. django-axes counts them in the database, so it holds when the cache is down."""

import math
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts.entrance_forms import LoginForm
from marketplace.errors import MarketplaceError


class TooManyAttempts(MarketplaceError):
    """Too many wrong passwords for one address from one place."""

    code = "too_many_attempts"
    status = 429
    message = _("Too many wrong passwords. Please wait a quarter of an hour, or reset your password.")


def attempted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Whom the attempt was for: the address in one spelling."""
    given = credentials or request.POST
    name = given.get("email") or given.get("username") or given.get("login") or ""
    return str(name).strip().lower()[:255]


def refuse_attempt(request: HttpRequest, response: HttpResponse | None, credentials: Any = None) -> HttpResponse:
    """The answer while attempts are refused: the log-in page with the address kept, or JSON under ``/api/``."""
    error = TooManyAttempts()
    headers = {"Retry-After": str(math.ceil(settings.AXES_COOLOFF_TIME * 3600))}
    if request.path.startswith("/api/"):
        return JsonResponse(error.body(), status=error.status, headers=headers)
    form = LoginForm(initial={"login": attempted_name(request)}, request=request)
    refusal = render(request, "account/login.html", {"form": form, "refusal": error.message}, status=error.status)
    refusal["Retry-After"] = headers["Retry-After"]
    return refusal
