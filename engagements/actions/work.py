"""The course of the work: it begins, one side marks it completed, the other confirms or says "not yet"."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from engagements.actions.common import lock_engagement, note, side_of
from engagements.models import Engagement, EngagementStatus
from engagements.moves import require_move
from engagements.windows import CONFIRM_COMPLETION, REMIND_OF_COMPLETION, REMIND_OF_REVIEW, WRITE_REVIEW
from marketplace.errors import IllegalMove
from requests.models import Side
from services.actions import record_job_done


@transaction.atomic
def start_work(*, actor: Member, engagement: Engagement, now: datetime) -> Engagement:
    """Either side says that work has begun: from now on cancelling does not open the request again.

    Repeating it is harmless. Raises NotAllowed, IllegalMove.
    """
    engagement = lock_engagement(engagement)
    side_of(actor, engagement)
    if engagement.status == EngagementStatus.UNDER_WAY:
        return engagement
    _start(engagement, actor, now)
    engagement.save()
    return engagement


@transaction.atomic
def complete_engagement(*, actor: Member, engagement: Engagement, now: datetime) -> Engagement:
    """Marks the work completed, or confirms the other side's mark, which completes it.

    Work that nobody said had begun begins and is marked at once. Repeating either is harmless. Raises NotAllowed,
    IllegalMove.
    """
    engagement = lock_engagement(engagement)
    side = side_of(actor, engagement)
    if engagement.status == EngagementStatus.COMPLETED or (
        engagement.waits_for_confirmation and engagement.completion_by == side
    ):
        return engagement
    if engagement.status == EngagementStatus.AGREED:
        _start(engagement, actor, now)
    require_move(engagement, EngagementStatus.COMPLETED)
    if engagement.waits_for_confirmation:
        return finish(engagement, actor=actor, now=now)
    _mark(engagement, actor, side, now)
    engagement.save()
    return engagement


@transaction.atomic
def set_back_completion(*, actor: Member, engagement: Engagement, words: str, now: datetime) -> Engagement:
    """ "Not yet": the mark is taken back by its side, or contested by the other, with a word on what is missing.

    Repeating it is harmless while the work goes on. Raises NotAllowed, IllegalMove.
    """
    engagement = lock_engagement(engagement)
    side = side_of(actor, engagement)
    if engagement.status != EngagementStatus.UNDER_WAY:
        raise IllegalMove(_("Nobody waits for an answer here."))
    if not engagement.waits_for_confirmation:
        return engagement
    marked_by = engagement.completion_by
    clear_mark(engagement)
    engagement.save()
    note("set_back", engagement, actor=actor, now=now, data={"by": side, "marked_by": marked_by, "words": words})
    return engagement


def finish(engagement: Engagement, *, actor: Member | None, now: datetime) -> Engagement:
    """Completes a locked engagement: the job counts on the page, and the time for reviews begins.

    Without an actor the time for an answer is over.
    """
    require_move(engagement, EngagementStatus.COMPLETED)
    engagement.status = EngagementStatus.COMPLETED
    engagement.completed_at = now
    engagement.completion_due_at = engagement.completion_remind_at = None
    engagement.reviews_due_at = now + WRITE_REVIEW
    engagement.review_remind_at = now + REMIND_OF_REVIEW
    engagement.save()
    record_job_done(page_id=engagement.page_id)
    by = engagement.side_of(actor) if actor is not None else None
    note("completed", engagement, actor=actor, now=now, data={"by": by, "marked_by": engagement.completion_by})
    return engagement


def clear_mark(engagement: Engagement) -> None:
    """Sets, without saving, that nobody has marked the work completed."""
    engagement.completion_by = ""
    engagement.completion_marked_at = engagement.completion_due_at = engagement.completion_remind_at = None


def _start(engagement: Engagement, actor: Member, now: datetime) -> None:
    require_move(engagement, EngagementStatus.UNDER_WAY)
    engagement.status = EngagementStatus.UNDER_WAY
    engagement.started_at = now
    note("started", engagement, actor=actor, now=now, data={"by": engagement.side_of(actor)})


def _mark(engagement: Engagement, actor: Member, side: Side, now: datetime) -> None:
    engagement.completion_by = side
    engagement.completion_marked_at = now
    engagement.completion_due_at = now + CONFIRM_COMPLETION
    engagement.completion_remind_at = now + REMIND_OF_COMPLETION
    note("marked_completed", engagement, actor=actor, now=now, data={"by": side})
