"""Suggestions while one types into the search box."""

import hashlib
import time
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from marketplace.network import client_address
from services.search.suggest import suggest

LONGEST: Final = 100
SECONDS: Final = 60
A_MINUTE: Final = 240
"""Suggestions that one address may ask for: four a second are more than anybody types."""
KINDS: Final[dict[str, Promise]] = {"service": _("Service"), "skill": _("Skill"), "word": _("Word")}


@require_safe
@cache_control(private=True, max_age=60)
def suggestions(request: HttpRequest) -> JsonResponse:
    """What ``q`` may become: ``results``, each with label and kind in words. 429 where somebody asks too often."""
    left = SECONDS - int(time.time()) % SECONDS
    if settings.RATE_LIMITS and not _may_ask(request):
        return JsonResponse({"results": []}, status=429, headers={"Retry-After": str(left)})
    found = suggest(request.GET.get("q", "")[:LONGEST].replace("\0", " "))
    return JsonResponse({"results": [{"label": each.text, "hint": str(KINDS[each.kind])} for each in found]})


def _may_ask(request: HttpRequest) -> bool:
    """Counts the question; while the cache is away everybody may ask."""
    address = hashlib.sha256(client_address(request).encode()).hexdigest()[:24]
    asked = cache.count(f"suggestions:{address}:{int(time.time() // SECONDS)}", SECONDS * 2)  # type: ignore[attr-defined]
    return (asked or 0) <= A_MINUTE
