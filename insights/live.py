"""The present minute, live on the screens of the staff."""

from datetime import datetime
from typing import Any

from insights.models import ClosedUntil
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
