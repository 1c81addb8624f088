"""What happened to a request, in words."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from notifications.models import Event

WORDS: dict[str, Promise] = {
    "request.created": _("Draft begun"),
    "request.published": _("Posted"),
    "request.reopened": _("Opened again"),
    "request.edited": _("Changed"),
    "request.renewed": _("Renewed"),
    "request.closed": _("Closed"),
    "request.expired": _("Expired"),
    "request.expiring_soon": _("Reminder sent: it expires soon"),
    "request.in_review": _("No further proposals"),
    "request.taking_proposals": _("Taking proposals again"),
    "request.awarded": _("Awarded"),
    "request.unawarded": _("Open again: the work was cancelled before it began"),
    "request.no_match": _("Nobody fits yet; we go on looking"),
}
MOST = 50


def timeline(events: QuerySet[Event]) -> list[tuple[datetime, str]]:
    """The latest 50 events, newest first."""
    return [(event.created_at, _words(event)) for event in events.order_by("-created_at", "-pk")[:MOST]]


def _words(event: Event) -> str:
    if event.kind == "request.matched":
        count = len(event.data.get("matches", []))
        return ngettext("%(n)d provider told", "%(n)d providers told", count) % {"n": count}
    return str(WORDS.get(event.kind, event.kind))
