"""Entries of the stream as server-sent events."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count

from accounts.models import Member
from marketplace.api.rendering import to_json
from notifications.models import Notification, StreamEntry
from notifications.models.notification import MOST_COUNTED
from notifications.readers import reading_as, zone_of
from notifications.rendering import render_all
from notifications.serializers import represent

HEARTBEAT = b":\n\n"
Frames = dict[UUID, list[tuple[int, bytes]]]
"""By member: numbers in the sequence and the events as they are sent, in order; empty where nothing is left to say."""


def event_of(event_type: str, data: object) -> bytes:
    """One event but for its id."""
    return b"event: %s\ndata: %s\n\n" % (event_type.encode(), to_json(data))


def numbered(number: int, event: bytes) -> bytes:
    """The event with its id: the place in the member's sequence from which to resume."""
    return b"id: %d\n%s" % (number, event)


def greeting(number: int, *, retry_seconds: int) -> bytes:
    """Tells the browser where it stands and when to come back; no event of its own."""
    return b"retry: %d\nid: %d\n\n" % (retry_seconds * 1000, number)


def frames(entries: Sequence[StreamEntry]) -> Frames:
    """The events of these entries, in words of their readers; a fixed number of queries for each language and zone."""
    ids = [entry.payload["notification"] for entry in entries if entry.event_type == "notification"]
    notifications = _represented(ids)
    found: Frames = {}
    for entry in entries:
        data: Any = entry.payload
        if entry.event_type == "notification":
            data = notifications.get(UUID(entry.payload["notification"]))
        event = numbered(entry.sequence, event_of(entry.event_type, data)) if data is not None else b""
        found.setdefault(entry.member_id, []).append((entry.sequence, event))
    return found


def _represented(ids: Sequence[str]) -> Mapping[UUID, dict[str, Any]]:
    """Notifications as the API writes them, each with its reader's number of unread ones."""
    if not ids:
        return {}
    rows = list(Notification.objects.filter(pk__in=ids).select_related("event"))
    readers = {row.recipient_id for row in rows}
    unread = _unread(readers)
    ways = Member.objects.filter(pk__in=readers).values_list("pk", "interface_language", "time_zone")
    by_way: dict[tuple[str, str], list[Notification]] = {}
    way_of = {pk: (language, zone) for pk, language, zone in ways}
    for row in rows:
        by_way.setdefault(way_of[row.recipient_id], []).append(row)
    found = {}
    for (language, zone), same in by_way.items():
        with reading_as(language, zone_of(zone)):
            for row, message in render_all(same):
                found[row.pk] = represent(row, message) | {"unread": unread.get(row.recipient_id, 0)}
    return found


def _unread(members: set[UUID]) -> dict[UUID, int]:
    counted = Notification.objects.filter(recipient__in=members, in_app=True).unread().order_by()
    rows = counted.values_list("recipient").annotate(count=Count("pk"))
    return {member: min(count, MOST_COUNTED) for member, count in rows}
