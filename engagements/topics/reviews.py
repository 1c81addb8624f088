"""News of reviews."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from engagements.models import Engagement, other_side
from engagements.presentation.words import day_words
from engagements.topics.common import across, address, engagement_of, renderer, tell
from notifications.models import Channel, Event, Notification, Timing
from notifications.topics import Message, Recipient, Topic
from requests.models import Side


def recipients(event: Event) -> Iterable[Recipient]:
    """Of a review or a reminder whoever has not written yet; of a reply its review's author; of the rest both."""
    engagement = engagement_of(event)
    if engagement is None:
        return []
    if event.kind == "engagement.review_reminder":
        return tell(engagement, [side for side in Side if side not in event.data["written_by"]])
    if event.kind == "engagement.review_replied":
        return tell(engagement, [event.data["author"]])
    if event.kind == "engagement.review_written":
        return tell(engagement, across(event))
    return tell(engagement, list(Side))


def words(notification: Notification, engagement: Engagement, side: Side) -> Message:
    """One piece of news for the member on this side."""
    other = engagement.member_on(other_side(side)).display_name
    names = {"other": other, "title": engagement.request.title, "day": day_words(engagement.reviews_due_at)}
    text, body, action = _WORDS[notification.event.kind](notification.event, names)
    return Message(text=text, subject=text, body=body, url=f"{address(engagement)}#reviews", action=action)


def _written(event: Event, names: dict[str, str]) -> tuple[str, str, str]:
    text = _("%(other)s has written a review of “%(title)s”") % names
    body = _("You see it when you have written yours, which you can do by %(day)s.") % names if names["day"] else ""
    return text, body, _("Write yours")


def _reminder(event: Event, names: dict[str, str]) -> tuple[str, str, str]:
    text = _("How was “%(title)s” with %(other)s?") % names
    body = _("The time for reviews ends on %(day)s.") % names if names["day"] else ""
    return text, body, _("Write a review")


def _published(event: Event, names: dict[str, str]) -> tuple[str, str, str]:
    if len(event.data["by"]) == len(Side):
        return _("Both reviews of “%(title)s” are published") % names, "", _("Read them")
    return _("The review of “%(title)s” is published") % names, _("The time for reviews is over."), _("Read it")


def _replied(event: Event, names: dict[str, str]) -> tuple[str, str, str]:
    return _("%(other)s has replied to your review of “%(title)s”") % names, "", _("Read it")


_WORDS = {
    "engagement.review_written": _written,
    "engagement.review_reminder": _reminder,
    "engagement.reviews_published": _published,
    "engagement.review_replied": _replied,
}

MY_REVIEWS = Topic(
    key="my_reviews",
    label=gettext_lazy("Reviews"),
    description=gettext_lazy("A review waits for yours, is published, or is answered."),
    kinds=tuple(_WORDS),
    recipients=recipients,
    render=renderer(words),
    defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.INSTANT},
)
