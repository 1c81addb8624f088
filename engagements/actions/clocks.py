"""What happens by itself: reminders, completion by silence, publication of reviews.

Each row is a transaction of its own and is claimed by its lock, so two sweeps never do the same twice, and one row that
cannot be done keeps no other from its turn.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from engagements.actions.common import note
from engagements.actions.review import publish_reviews
from engagements.actions.work import finish
from engagements.models import Engagement

logger = logging.getLogger(__name__)
BATCH: Final = 500
"""Rows of one clock that one sweep takes; the rest waits for the next."""


def sweep_engagements(*, now: datetime) -> int:
    """Does everything that is due, in the order of the clocks; returns how much that was."""
    return sum(_sweep(column, act, now) for column, act in CLOCKS.items())


def _sweep(column: str, act: Callable[[Engagement, datetime], None], now: datetime) -> int:
    due = {f"{column}__lte": now}
    ids = Engagement.objects.filter(**due).order_by(column).values_list("pk", flat=True)[:BATCH]
    return sum(_do_one(pk, due, act, now) for pk in list(ids))


def _do_one(pk: UUID, due: dict[str, datetime], act: Callable[[Engagement, datetime], None], now: datetime) -> bool:
    try:
        with transaction.atomic():
            rows = Engagement.objects.with_all().select_for_update(no_key=True, skip_locked=True, of=("self",))
            engagement = rows.filter(pk=pk, **due).first()
            if engagement is not None:
                act(engagement, now)
            return engagement is not None
    except Exception:
        logger.exception("A clock of engagement %s could not be served", pk)
        return False


def _remind_of_completion(engagement: Engagement, now: datetime) -> None:
    engagement.completion_remind_at = None
    engagement.save(update_fields=["completion_remind_at"])
    note("completion_reminder", engagement, actor=None, now=now, data={"marked_by": engagement.completion_by})


def _complete(engagement: Engagement, now: datetime) -> None:
    finish(engagement, actor=None, now=now)


def _remind_of_review(engagement: Engagement, now: datetime) -> None:
    engagement.review_remind_at = None
    engagement.save(update_fields=["review_remind_at"])
    written = list(engagement.reviews.values_list("by", flat=True))
    note("review_reminder", engagement, actor=None, now=now, data={"written_by": written})


def _publish(engagement: Engagement, now: datetime) -> None:
    publish_reviews(engagement, now=now)


CLOCKS: Final[dict[str, Callable[[Engagement, datetime], None]]] = {
    # What ends a wait comes before its reminder: after hours without a sweep nobody is reminded of what is over.
    "completion_due_at": _complete,
    "completion_remind_at": _remind_of_completion,
    "reviews_due_at": _publish,
    "review_remind_at": _remind_of_review,
}
