"""Mails about notifications, in HTML and text."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import get_template
from django.utils.translation import ngettext

from notifications.mail.sender import message_id, one_line, sender
from notifications.mail.unsubscribe import unsubscribe_headers, unsubscribe_path
from notifications.mail.written import Letter
from notifications.models import Digest
from notifications.readers import Reader
from notifications.rendering import absolute
from notifications.topics import Message, Topic
from sitesettings.models import SiteSettings

MOST_IN_A_DIGEST = 50
LONGEST_SUBJECT = 160


def single(delivery_id: UUID, reader: Reader, topic: Topic, message: Message) -> EmailMessage:
    """The mail about one notification."""
    subject = one_line(message.subject or message.text)[:LONGEST_SUBJECT]
    context = {"message": message, "url": absolute(message.url), "links": _links(message), "topic": topic}
    topics = [topic] if topic.optional else []
    return _mail("notification", str(delivery_id), subject, reader, topics, context)


def digest(
    first_delivery_id: UUID, kind: Digest, reader: Reader, found: Sequence[tuple[Topic, Message]]
) -> EmailMessage:
    """One mail about all that came together in a quarter of an hour or a day."""
    if len(found) == 1 and kind != Digest.DAILY:
        return single(first_delivery_id, reader, *found[0])
    count = {"count": len(found)}
    subject = ngettext("%(count)s notification", "%(count)s notifications", len(found)) % count
    if kind == Digest.DAILY:
        subject = ngettext("Your day: %(count)s notification", "Your day: %(count)s notifications", len(found)) % count
    items = [(message, absolute(message.url), _links(message)) for _topic, message in found[:MOST_IN_A_DIGEST]]
    context = {"items": items, "more": len(found) - len(items), "kind": kind}
    topics = list({topic.key: topic for topic, _message in found if topic.optional}.values())
    return _mail("digest", str(first_delivery_id), subject, reader, topics, context)


def _links(message: Message) -> list[tuple[str, str]]:
    return [(words, absolute(path)) for words, path in message.links]


def _mail(
    template: str,
    name: str,
    subject: str,
    reader: Reader,
    topics: Sequence[Topic],
    context: Mapping[str, Any],
) -> EmailMessage:
    headers = {"Message-ID": message_id(name), "Auto-Submitted": "auto-generated"}
    unsubscribe = ""
    if topics:
        unsubscribe = absolute(unsubscribe_path(reader.id, [topic.key for topic in topics]))
        headers |= unsubscribe_headers(unsubscribe)
    everything = {
        **context,
        "subject": subject,
        "reader": reader,
        "site": SiteSettings.current(),
        "site_url": settings.SITE_ORIGIN,
        "unsubscribe": unsubscribe,
        "settings_url": absolute("/notifications/preferences/"),
    }
    return Letter(
        sender=sender(),
        recipient=reader.email,
        subject=subject,
        text=get_template(f"notifications/email/{template}.txt").render(everything),
        html=get_template(f"notifications/email/{template}.html").render(everything),
        headers=headers,
    )
