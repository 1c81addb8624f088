"""What happened to an engagement, in words."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from engagements.models import CancelReason, Engagement
from notifications.models import Event

WORDS = {
    "engagement.agreed": gettext_lazy("%(who)s accepted the terms"),
    "engagement.started": gettext_lazy("%(who)s said that work has begun"),
    "engagement.marked_completed": gettext_lazy("%(who)s marked the work completed"),
    "engagement.set_back": gettext_lazy("%(who)s said: not completed yet"),
    "engagement.completion_reminder": gettext_lazy("Reminder sent: the mark waits for an answer"),
    "engagement.cancelled": gettext_lazy("%(who)s cancelled"),
    "engagement.review_written": gettext_lazy("%(who)s wrote a review"),
    "engagement.review_reminder": gettext_lazy("Reminder sent: the time for reviews ends soon"),
    "engagement.reviews_published": gettext_lazy("Reviews published"),
    "engagement.review_replied": gettext_lazy("%(who)s replied to a review"),
}
MOST = 100


def timeline(engagement: Engagement) -> list[tuple[datetime, str, str]]:
    """The latest 100 events, newest first: when, what, and what was said to it. One query."""
    events = Event.objects.filter(subject_type="engagement", subject_id=str(engagement.pk))
    return [
        (event.created_at, _words(event, engagement), _said(event))
        for event in events.order_by("-created_at", "-pk")[:MOST]
    ]


def _words(event: Event, engagement: Engagement) -> str:
    by = event.data.get("by")
    who = engagement.member_on(by).display_name if isinstance(by, str) else ""
    if event.kind == "engagement.completed":
        if not who:
            return _("Completed: nobody objected in time")
        return _("%(who)s confirmed: the work is completed") % {"who": who}
    return str(WORDS.get(event.kind, event.kind)) % {"who": who}


def _said(event: Event) -> str:
    reason, words = event.data.get("reason", ""), event.data.get("words", "")
    label = str(CancelReason(reason).label) if reason in CancelReason.values else ""
    return ": ".join(part for part in (label, words) if part)
