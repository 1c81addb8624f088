"""Notifications in words: made when they are read or sent, in the reader's language and on her clock."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from notifications.models import Notification
from notifications.topics import Message, ReadsAhead, Render, topic

logger = logging.getLogger(__name__)
HOME = "/notifications/"


def render(
    notifications: Iterable[Notification], renders: Mapping[str, Render] = MappingProxyType({})
) -> dict[UUID, Message]:
    """Messages by the notifications' ids, in the language that is active.

    What there is nothing to say of any more is missing. Each notification needs its ``event`` loaded; the number of
    queries is that of the topics, but for those of which ``renders`` has one that has ``read_ahead``.
    """
    by_topic: dict[str, list[Notification]] = {}
    for each in notifications:
        by_topic.setdefault(each.topic, []).append(each)
    messages: dict[UUID, Message] = {}
    for key, same in by_topic.items():
        found = topic(key)
        if found is not None:
            messages.update(renders.get(key, found.render)(same))
    return messages


def read_ahead(notifications: Iterable[Notification]) -> dict[str, Render]:
    """For each topic that can, a ``render`` of these notifications that has read what they are about."""
    by_topic: dict[str, list[Notification]] = {}
    for each in notifications:
        by_topic.setdefault(each.topic, []).append(each)
    renders: dict[str, Render] = {}
    for key, same in by_topic.items():
        found = topic(key)
        if found is not None and isinstance(found.render, ReadsAhead):
            renders[key] = found.render.read(same)
    return renders


def render_safely(
    notifications: Sequence[Notification], renders: Mapping[str, Render] = MappingProxyType({})
) -> dict[UUID, Message | Exception]:
    """The same, with the error in place of the message where a topic cannot put a notification into words.

    Neither the others nor their reader are to suffer from it.
    """
    try:
        return dict(render(notifications, renders))
    except Exception as error:
        if len(notifications) > 1:
            return {key: found for each in notifications for key, found in render_safely([each], renders).items()}
        logger.exception("Notification %s could not be put into words", notifications[0].pk)
        return {notifications[0].pk: error}


def render_all(notifications: Sequence[Notification]) -> list[tuple[Notification, Message]]:
    """Each with its message; where there is nothing to say of it, with one that says so."""
    messages = render_safely(notifications)
    return [(each, _message_or_excuse(messages.get(each.pk))) for each in notifications]


def _message_or_excuse(found: Message | Exception | None) -> Message:
    if isinstance(found, Message):
        return found
    text = _("This cannot be shown at the moment.") if found else _("What this was about is no longer there.")
    return Message(text=text, url=HOME)


def absolute(path: str) -> str:
    """The address of a path on this site."""
    return settings.SITE_ORIGIN + path if path.startswith("/") else path
