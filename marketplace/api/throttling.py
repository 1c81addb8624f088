"""How many calls a caller may make, told in headers on every answer."""

import hashlib
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from marketplace.network import client_address

SECONDS = 60


class MemberThrottle(BaseThrottle):
    """Calls a minute of a member, or of an address where nobody is logged in.

    Counts in the cache; while the cache is away everybody may call.
    """

    seconds_left = float(SECONDS)

    def allow_request(self, request: Request, view: Any) -> bool:
        """Counts the call; False where it is one too many."""
        if request.user is not None and request.user.is_authenticated:
            return self._count(f"member:{request.user.pk}", settings.API_CALLS_A_MINUTE, view)
        return self.count_address(request, view)

    def count_address(self, request: Request, view: Any) -> bool:
        """Counts a call of somebody unknown."""
        address = hashlib.sha256(client_address(request).encode()).hexdigest()[:24]
        return self._count(f"address:{address}", settings.API_ANONYMOUS_CALLS_A_MINUTE, view)

    def wait(self) -> float:
        """Seconds until calls are allowed again."""
        return self.seconds_left

    def _count(self, caller: str, limit: int, view: Any) -> bool:
        now = time.time()
        window = int(now // SECONDS)
        used = cache.count(f"calls:{caller}:{window}", SECONDS * 2) or 0  # type: ignore[attr-defined]
        ends = (window + 1) * SECONDS
        self.seconds_left = ends - now
        view.headers["X-RateLimit-Limit"] = str(limit)
        view.headers["X-RateLimit-Remaining"] = str(max(0, limit - used))
        view.headers["X-RateLimit-Reset"] = str(ends)
        return used <= limit
