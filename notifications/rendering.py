"""Notifications in words: made when they are read or sent, in the reader's language and on her clock."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from notifications.models import Notification
from notifications.topics import Message, topic

HOME = "/notifications/"


def render(notifications: Iterable[Notification]) -> dict[UUID, Message]:
    """Messages by the notifications' ids, in the language that is active. What there is nothing to say of any more is
    missing. Each needs its ``event`` loaded; the number of queries is that of the topics."""
    by_topic: dict[str, list[Notification]] = {}
    for each in notifications:
        by_topic.setdefault(each.topic, []).append(each)
    messages: dict[UUID, Message] = {}
    for key, same in by_topic.items():
        found = topic(key)
        if found is not None:
            messages.update(found.render(same))
    return messages


def render_all(notifications: Sequence[Notification]) -> list[tuple[Notification, Message]]:
    """Each with its message; where there is nothing to say of it any more, with one that says so."""
    messages = render(notifications)
    return [(each, messages.get(each.pk) or gone()) for each in notifications]


def gone() -> Message:
    """What stands in place of a notification whose subject is no longer there."""
    return Message(text=_("What this was about is no longer there."), url=HOME)


def absolute(path: str) -> str:
    """The address of a path on this site."""
    return settings.SITE_ORIGIN + path if path.startswith("/") else path
