"""The present minute, live on the screens of the staff."""

import time
from datetime import datetime
from typing import Any, Final

from insights.models import ClosedUntil
from marketplace.clock import utc_now
from notifications.broadcast import publish_rate
from requests.models import Publication


def present_minute(*, now: datetime) -> dict[str, Any]:
    """Requests published in the minute that has not ended, and in the one before. One query each."""
    start = now.replace(second=0, microsecond=0)
    closed = ClosedUntil.objects.values_list("closed_until", flat=True).first()
    return {
        "minute": start,
        "requests": Publication.objects.filter(published_at__gte=start).count(),
        "closed_until": closed,
    }


SECONDS_BETWEEN: Final = 0.25
"""A process announces at most so often: at thousands of requests a minute nobody reads faster."""
_last = {"announced": 0.0}


def announce_soon() -> None:
    """Announces, unless this process did so a moment ago. What is left out comes with the next one, or when a minute is
    closed."""
    if time.monotonic() - _last["announced"] >= SECONDS_BETWEEN:
        _last["announced"] = time.monotonic()
        announce(now=utc_now())


def announce(*, now: datetime) -> None:
    """Sends the present minute to all open streams of staff; nothing is lost where nobody listens."""
    found = present_minute(now=now)
    closed = found["closed_until"]
    publish_rate(
        {
            "minute": found["minute"].isoformat().replace("+00:00", "Z"),
            "requests": found["requests"],
            "closed_until": closed.isoformat().replace("+00:00", "Z") if closed else None,
        }
    )
