"""A conversation's messages, a stretch at a time, as the page and its updates show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from accounts.models import Member
from messaging.models import Conversation, Message

LATEST = 40
MOST_NEW = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A message, and the day that begins with it."""

    message: Message
    is_mine: bool
    day: date | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some messages in order, and whether there are more on the side that was asked for."""

    lines: list[Line]
    has_more: bool

    @property
    def first(self) -> int:
        """The number of the first one; 0 where there is none."""
        return self.lines[0].message.sequence if self.lines else 0


def before(conversation: Conversation, member: Member, sequence: int | None = None) -> Stretch:
    """The messages before this number, or the latest ones. Two queries, however long the conversation is."""
    rows = conversation.messages.prefetch_related("attachments").order_by("-sequence")
    if sequence is not None:
        rows = rows.filter(sequence__lt=sequence)
    found = list(rows[: LATEST + 1])
    return Stretch(_lines(reversed(found[:LATEST]), member), len(found) > LATEST)


def after(conversation: Conversation, member: Member, sequence: int) -> Stretch:
    """The messages after this number. Each begins a day, since the page knows where its last one stands."""
    rows = conversation.messages.prefetch_related("attachments").order_by("sequence").filter(sequence__gt=sequence)
    found = list(rows[: MOST_NEW + 1])
    return Stretch(_lines(found[:MOST_NEW], member), len(found) > MOST_NEW)


def _lines(messages: Iterable[Message], member: Member) -> list[Line]:
    """On the reader's clock, which is the active one."""
    lines, last = [], None
    for each in messages:
        day = timezone.localtime(each.created_at).date()
        lines.append(Line(each, each.sender_id == member.pk, day if day != last else None))
        last = day
    return lines
