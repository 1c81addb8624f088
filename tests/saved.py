"""What the tests of saved searches share: what was told, and of which pages."""

from datetime import timedelta
from typing import Any

from notifications.models import Event

MINUTE = timedelta(minutes=1)
LOGO = {"slug": "new-logos", "title": "Logos in linocut"}


def told() -> list[list[dict[str, Any]]]:
    """What the events say, oldest first."""
    return [event.data["found"] for event in Event.objects.filter(kind="saved_search.news").order_by("created_at")]
