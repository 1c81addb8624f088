"""The registry of notification topics. Upper apps fill it from ``AppConfig.ready()``."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from django.utils.functional import Promise

from notifications.models import Channel, Event, Notification, Timing

Text = str | Promise


class Audience(StrEnum):
    """As what a member is told of a topic; the settings show topics by it."""

    CLIENT = "client"
    PROVIDER = "provider"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A member to tell, and what only concerns her (ids and small facts, kept in ``Notification.data``)."""

    member_id: UUID
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """One notification in words, in the language that is active when it is made.

    ``url`` is a path from the site's root. ``details`` are (label, value) pairs for mail, ``links`` (words, path) ones.
    """

    text: str
    url: str
    subject: str = ""
    body: str = ""
    details: Sequence[tuple[str, str]] = ()
    links: Sequence[tuple[str, str]] = ()
    action: str = ""


Render = Callable[[Sequence[Notification]], Mapping[UUID, Message]]


@runtime_checkable
class ReadsAhead(Protocol):
    """A topic's ``render`` that can read what notifications are about before it puts them into words, for whoever
    needs words in many languages and on many clocks."""

    def read(self, notifications: Sequence[Notification]) -> Render:
        """A ``render`` for any of these notifications that asks the database nothing."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a member can be told about and can set preferences for.

    ``recipients`` names whom an event concerns. ``render`` turns notifications of this topic into messages, all at
    once, so that a list costs a fixed number of queries; one whose subject is gone may be missing from its answer. It
    may be a ``ReadsAhead``.
    ``defaults`` names the channels that the topic may use. Push messages need not be named: what is mailed by default
    is pushed at once to members who asked for that, what is not mailed is not. The settings show it under its
    ``audience``. An ``urgent`` topic does not wait for
    quiet hours to end, and one that is not ``optional`` cannot be turned off. ``still_wanted``, where there is one,
    names those of the given notifications, oldest first, that are worth sending at that moment: what was dealt with
    meanwhile is missing, and of several to one member about the same thing all but the last.
    """

    key: str
    label: Text
    description: Text
    kinds: tuple[str, ...]
    recipients: Callable[[Event], Iterable[Recipient]]
    render: Render
    defaults: Mapping[Channel, Timing]
    audience: Audience = Audience.EVERYBODY
    urgent: bool = False
    optional: bool = True
    still_wanted: Callable[[Sequence[Notification]], Collection[UUID]] | None = None

    channels: Mapping[Channel, Timing] = field(init=False)
    """The channels that the topic may use, with their defaults."""

    def __post_init__(self) -> None:
        mailed = self.defaults.get(Channel.EMAIL, Timing.OFF) != Timing.OFF
        channels = {Channel.PUSH: Timing.INSTANT if mailed else Timing.OFF, **self.defaults}
        object.__setattr__(self, "channels", channels)


_topics: dict[str, Topic] = {}


def register(topic: Topic) -> None:
    """Adds a topic; raises ValueError where the key is taken by another."""
    if _topics.setdefault(topic.key, topic) is not topic:
        raise ValueError(f"The notification topic {topic.key!r} is registered twice.")


def all_topics() -> list[Topic]:
    """All topics in the order of their registration."""
    return list(_topics.values())


def topic(key: str) -> Topic | None:
    """The topic of this key, or None where no app registers it any more."""
    return _topics.get(key)


def topics_for(kind: str) -> list[Topic]:
    """The topics that tell of events of this kind."""
    return [each for each in _topics.values() if kind in each.kinds]
