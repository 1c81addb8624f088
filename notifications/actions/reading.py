"""Marking notifications as read. Repeats are harmless."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from accounts.models import Member
from marketplace.errors import NotFound
from notifications.models import Notification


def mark_read(*, actor: Member, ids: Collection[UUID], now: datetime) -> None:
    """Marks some of the actor's own notifications; all or, where one is not hers (NotFound), none."""
    wanted = set(ids)
    own = Notification.objects.visible_to(actor).filter(pk__in=wanted)
    if own.count() != len(wanted):
        raise NotFound
    own.unread().update(read_at=now)


def mark_all_read(*, actor: Member, now: datetime) -> None:
    """Marks all of the actor's own notifications."""
    Notification.objects.visible_to(actor).unread().update(read_at=now)


def mark_subject_read(*, actor: Member, topic: str, subject_id: UUID, now: datetime) -> None:
    """Marks what the actor was told of this topic about one thing: she has seen the thing itself."""
    own = Notification.objects.visible_to(actor).unread()
    own.filter(topic=topic, event__subject_id=str(subject_id)).update(read_at=now)
