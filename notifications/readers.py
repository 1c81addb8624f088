"""Members as fan-out and mail see them: what they want to be told, how and when."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import time
from functools import lru_cache
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from marketplace.database import prepared
from notifications.models import Channel, Timing
from notifications.timing import Hours
from notifications.topics import Topic

# LIMIT keeps the planner from reading all addresses of the site instead of those of a few hundred members.
READERS: Final = """
    SELECT member.id, member.email, member.name, member.interface_language, member.time_zone,
        hours.quiet_from, hours.quiet_until, hours.daily_at,
        confirmed.yes IS NOT NULL,
        EXISTS (SELECT FROM notifications_pushsubscription AS browser WHERE browser.member_id = member.id)
    FROM accounts_member AS member
    LEFT JOIN notifications_notificationsettings AS hours ON hours.member_id = member.id
    LEFT JOIN LATERAL (
        SELECT true AS yes FROM account_emailaddress AS address
        WHERE address.user_id = member.id AND address.verified AND upper(address.email) = upper(member.email) LIMIT 1
    ) AS confirmed ON true
    WHERE member.id = ANY(%(members)s) AND member.is_active
"""
CHOICES: Final = """
    SELECT member_id, topic, channel, timing FROM notifications_preference
    WHERE member_id = ANY(%(members)s) AND topic = ANY(%(topics)s)
"""


@dataclass(frozen=True, slots=True)
class Reader:
    """A member who may log in. ``choices`` are hers; where there is none, the topic's default holds."""

    id: UUID
    email: str
    name: str
    has_verified_email: bool
    takes_push: bool
    language: str
    hours: Hours
    choices: Mapping[tuple[str, str], Timing] = field(default_factory=dict)

    def timings(self, topic: Topic) -> dict[Channel, Timing]:
        """When each channel carries this topic to her, without those that do not."""
        timings = {channel: self.timing(topic, channel) for channel in topic.channels}
        return {channel: timing for channel, timing in timings.items() if timing != Timing.OFF}

    def timing(self, topic: Topic, channel: Channel) -> Timing:
        """When this channel carries this topic to her. Mail goes to confirmed addresses only, push messages to browsers
        that she has named."""
        if channel == Channel.EMAIL and not self.has_verified_email:
            return Timing.OFF
        if channel == Channel.PUSH and not self.takes_push:
            return Timing.OFF
        default = topic.channels.get(channel, Timing.OFF)
        if not topic.optional or channel not in topic.channels:
            return default
        return self.choices.get((topic.key, channel), default)


def load_readers(member_ids: Collection[UUID], topics: Collection[str]) -> dict[UUID, Reader]:
    """Readers by id, in at most two queries; members who may not log in are missing."""
    ids = list(member_ids)
    if not ids:
        return {}
    choices: dict[UUID, dict[tuple[str, str], Timing]] = {}
    chosen = prepared.ask(CHOICES, {"members": ids, "topics": list(topics)}) if topics else []
    for member_id, topic, channel, timing in chosen:
        choices.setdefault(member_id, {})[topic, channel] = Timing(timing)
    readers = {}
    for pk, email, name, language, zone, *hours, confirmed, takes_push in prepared.ask(READERS, {"members": ids}):
        quiet_from, quiet_until, daily_at = hours
        awake = Hours(zone_of(zone), quiet_from, quiet_until, daily_at or time(8))
        readers[pk] = Reader(pk, email, name, confirmed, takes_push, language, awake, choices.get(pk, {}))
    return readers


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The time zone, or UTC where this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


@contextmanager
def reading_as(language: str, zone: ZoneInfo) -> Iterator[None]:
    """Within it texts are in this language, and times on this zone's clock."""
    with translation.override(language), timezone.override(zone):
        yield
