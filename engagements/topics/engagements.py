"""News of the work: agreed, begun, marked completed, completed, cancelled."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from engagements.models import CancelReason, Engagement
from engagements.presentation.words import PAID_OUTSIDE, day_words, terms_words
from engagements.topics.common import across, address, engagement_of, renderer, tell
from notifications.models import Channel, Event, Notification, Timing
from notifications.topics import Message, Recipient, Topic
from requests.models import Side

BOTH = ("engagement.agreed", "engagement.completed", "engagement.cancelled")
"""Kinds that both sides are told of, whoever acted: they are the record of the deal."""


def recipients(event: Event) -> Iterable[Recipient]:
    """Both sides, or the one that did not act."""
    engagement = engagement_of(event)
    if engagement is None:
        return []
    if event.kind in BOTH:
        return tell(engagement, list(Side))
    return tell(engagement, across(event, "marked_by" if event.kind == "engagement.completion_reminder" else "by"))


def words(notification: Notification, engagement: Engagement, side: Side) -> Message:
    """One piece of news for the member on this side."""
    event = notification.event
    text, body = _WORDS[event.kind](event, engagement, side)
    details = terms_words(engagement) if event.kind == "engagement.agreed" else ()
    action = _("See where you stand")
    return Message(text=text, subject=text, body=body, url=address(engagement), details=details, action=action)


def _names(engagement: Engagement, side: Side) -> dict[str, str]:
    other = engagement.member_on(Side.PROVIDER if side == Side.CLIENT else Side.CLIENT)
    return {"other": other.display_name, "title": engagement.request.title}


def _agreed(event: Event, engagement: Engagement, side: Side) -> tuple[str, str]:
    names = _names(engagement, side)
    if event.data.get("by") == side:
        text = _("You and %(other)s have agreed: “%(title)s”") % names
    elif side == Side.PROVIDER:
        text = _("%(other)s has accepted your proposal for “%(title)s”") % names
    else:
        text = _("%(other)s has accepted your terms for “%(title)s”") % names
    return text, str(PAID_OUTSIDE)


def _started(event: Event, engagement: Engagement, side: Side) -> tuple[str, str]:
    text = _("%(other)s says that work on “%(title)s” has begun") % _names(engagement, side)
    return text, _("When everything is delivered, either of you marks it completed.")


def _marked(event: Event, engagement: Engagement, side: Side) -> tuple[str, str]:
    text = _("%(other)s says that “%(title)s” is completed") % _names(engagement, side)
    return text, _confirm(engagement)


def _reminder(event: Event, engagement: Engagement, side: Side) -> tuple[str, str]:
    text = _("Is “%(title)s” completed? %(other)s waits for your answer") % _names(engagement, side)
    return text, _confirm(engagement)


def _confirm(engagement: Engagement) -> str:
    if engagement.completion_due_at is None:
        return ""
    day = {"day": day_words(engagement.completion_due_at)}
    return _("Please confirm, or say what is missing. If you do nothing, it counts as completed on %(day)s.") % day


def _set_back(event: Event, engagement: Engagement, side: Side) -> tuple[str, str]:
    text = _("%(other)s says that “%(title)s” is not completed yet") % _names(engagement, side)
    return text, str(event.data.get("words", ""))


def _completed(event: Event, engagement: Engagement, side: Side) -> tuple[str, str]:
    text = _("“%(title)s” with %(other)s is completed") % _names(engagement, side)
    if engagement.reviews_due_at is None:
        return text, ""
    day = {"day": day_words(engagement.reviews_due_at)}
    return text, _("How was it? Write a review by %(day)s. Both are published together.") % day


def _cancelled(event: Event, engagement: Engagement, side: Side) -> tuple[str, str]:
    names = _names(engagement, side)
    by_reader = event.data.get("by") == side
    text = _("You cancelled “%(title)s” with %(other)s") if by_reader else _("%(other)s cancelled “%(title)s”")
    reason, said = event.data.get("reason", ""), event.data.get("words", "")
    parts = [str(CancelReason(reason).label) if reason in CancelReason.values else "", said]
    if not event.data.get("had_begun"):
        parts.append(_("Work had not begun, so the request is open again."))
    return text % names, "\n".join(part for part in parts if part)


_WORDS = {
    "engagement.agreed": _agreed,
    "engagement.started": _started,
    "engagement.marked_completed": _marked,
    "engagement.completion_reminder": _reminder,
    "engagement.set_back": _set_back,
    "engagement.completed": _completed,
    "engagement.cancelled": _cancelled,
}

MY_ENGAGEMENTS = Topic(
    key="my_engagements",
    label=gettext_lazy("My engagements"),
    description=gettext_lazy("A deal is made, work begins, is marked completed or cancelled."),
    kinds=tuple(_WORDS),
    recipients=recipients,
    render=renderer(words),
    defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.INSTANT},
)
