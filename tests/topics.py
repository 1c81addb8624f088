"""Topics for tests of notification itself, so that these do not depend on what other apps announce."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import Member
from notifications.events import record
from notifications.models import Channel, Event, Notification, Timing
from notifications.topics import Message, Recipient, Topic

BOTH = {Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.INSTANT}


def recipients(event: Event) -> Iterable[Recipient]:
    """Those whom the event's data names."""
    return [Recipient(UUID(each), {"to": each}) for each in event.data["to"]]


def render(notifications: Sequence[Notification]) -> Mapping[UUID, Message]:
    """The event's own words; nothing where it is "gone", an error where it is "broken"."""
    members = Member.objects.in_bulk([each.recipient_id for each in notifications])
    messages = {}
    for each in notifications:
        said = each.event.data.get("text", "News")
        if said == "broken":
            raise RuntimeError("no words for this")
        if said != "gone":
            at = timezone.localtime(each.created_at)
            name = members[each.recipient_id].display_name
            details = (("For", name), ("At", f"{at:%H:%M}"))
            messages[each.pk] = Message(text=said, url=f"/news/{each.event.subject_id}/", details=details)
    return messages


def make_topic(key: str = "test.news", **changes: Any) -> Topic:
    """A topic told at once on the site and by mail."""
    values: dict[str, Any] = {
        "key": key,
        "label": key.replace(".", " ").capitalize(),
        "description": "For tests.",
        "kinds": (key,),
        "recipients": recipients,
        "render": render,
        "defaults": BOTH,
    }
    return Topic(**(values | changes))


def announce(*members: Member, kind: str = "test.news", text: str = "News", now: Any = None) -> Event:
    """An event that concerns these members, recorded but not fanned out."""
    data = {"to": [str(each.pk) for each in members], "text": text}
    return record(kind=kind, actor=None, subject_type="news", subject_id="7", now=now or timezone.now(), data=data)
