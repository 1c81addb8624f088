"""Members as fan-out and mail see them: what they want to be told, how and when."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import time
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation

from accounts.models import Member
from notifications.models import Channel, Preference, PushSubscription, Timing
from notifications.timing import Hours
from notifications.topics import Topic


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

    def timing(self, topic: Topic, channel: Channel) -> Timing:
        """When this channel carries this topic to her. Mail goes to confirmed addresses only, push messages to browsers
        that she has named."""
        reachable = {Channel.EMAIL: self.has_verified_email, Channel.PUSH: self.takes_push}
        if not reachable.get(channel, True):
            return Timing.OFF
        default = topic.channels.get(channel, Timing.OFF)
        if not topic.optional or channel not in topic.channels:
            return default
        return self.choices.get((topic.key, channel), default)


def load_readers(member_ids: Collection[UUID], topics: Collection[str]) -> dict[UUID, Reader]:
    """Readers by id, in two queries; members who may not log in are missing."""
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), email__iexact=OuterRef("email"), verified=True)
    browsers = PushSubscription.objects.filter(member=OuterRef("pk"))
    members = (
        Member.objects.active()
        .filter(pk__in=member_ids)
        .annotate(has_confirmed=Exists(confirmed), takes_push=Exists(browsers))
        .values_list(
            "pk",
            "email",
            "name",
            "has_confirmed",
            "takes_push",
            "interface_language",
            "time_zone",
            "notification_settings__quiet_from",
            "notification_settings__quiet_until",
            "notification_settings__daily_at",
        )
    )
    choices: dict[UUID, dict[tuple[str, str], Timing]] = {}
    chosen = Preference.objects.filter(member__in=member_ids, topic__in=topics)
    for member_id, topic, channel, timing in chosen.values_list("member_id", "topic", "channel", "timing"):
        choices.setdefault(member_id, {})[topic, channel] = Timing(timing)
    readers = {}
    for pk, email, name, confirmed_email, takes_push, language, zone, quiet_from, quiet_until, daily_at in members:
        hours = Hours(zone_of(zone), quiet_from, quiet_until, daily_at or time(8))
        readers[pk] = Reader(pk, email, name, confirmed_email, takes_push, language, hours, choices.get(pk, {}))
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
