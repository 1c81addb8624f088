"""What came of agreements: the work, its end, and what the two sides say of each other."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from engagements.models import CancelReason, Engagement, EngagementStatus, other_side
from engagements.windows import CONFIRM_COMPLETION, REMIND_OF_COMPLETION
from marketplace.demo.acts import Act, Answer
from marketplace.demo.ids import id_at
from marketplace.demo.plots import Stage
from marketplace.demo.reviewing import make_reviews
from marketplace.demo.sides import tell
from requests.models import Side

CANCELLED: Final = 0.06
BY_CLIENT: Final = 0.15
"""Share of the marks that the client sets."""


@dataclass(frozen=True, slots=True)
class Course:
    """When which thing happened, as far as it has. ``confirmed_by`` is empty where silence counted as a yes."""

    started: datetime | None = None
    marked: datetime | None = None
    marked_by: Side = Side.PROVIDER
    completed: datetime | None = None
    confirmed_by: str = ""
    cancelled: datetime | None = None


def make_deal(act: Act, answer: Answer) -> Engagement:
    """The engagement of an accepted proposal as far as it got, told to both sides, with its reviews."""
    proposal, agreed = answer.proposal, act.until
    stage = act.plot.stage
    engagement = Engagement(
        id=id_at(agreed, act.rng),
        request=act.request,
        proposal=proposal,
        client_id=act.request.client_id,
        provider_id=answer.member_id,
        page_id=proposal.page_id,
        price_type=proposal.price_type,
        amount=proposal.amount or 0,
        currency=proposal.currency,
        days=proposal.days,
        scope=proposal.scope,
        agreed_at=agreed,
    )
    accepted_by = other_side(proposal.offered_by)
    facts = {"request": str(act.request.pk), "proposal": str(proposal.pk), "by": str(accepted_by)}
    tell(act, engagement, "agreed", agreed, by=accepted_by, to=Side, data=facts)
    course = _staged(stage, agreed, act.now, act.rng) if stage else _by_chance(agreed, act.now, act.rng)
    _follow(act, engagement, course)
    act.rows.engagements.append(engagement)
    if engagement.completed_at is not None:
        make_reviews(act, engagement, answer.lead.name, stage)
    return engagement


def _staged(stage: Stage, agreed: datetime, now: datetime, rng: Random) -> Course:
    """A course that has got just so far."""
    passed = now - agreed
    started, marked = agreed + 0.2 * passed, now - min(0.3 * passed, timedelta(days=1.6))
    match stage:
        case Stage.AGREED:
            return Course()
        case Stage.UNDER_WAY:
            return Course(started)
        case Stage.CANCELLED:
            return Course(started, cancelled=agreed + 0.5 * passed)
        case Stage.MARKED | Stage.TO_CONFIRM:
            return Course(started, marked, Side.PROVIDER if stage == Stage.MARKED else Side.CLIENT)
        case Stage.DONE:
            return Course(started, now - 0.3 * passed, completed=now - 0.2 * passed, confirmed_by=Side.CLIENT)
        case _:
            return finished(agreed, rng)


def _by_chance(agreed: datetime, now: datetime, rng: Random) -> Course:
    """Whatever of the usual course lies in the past."""
    if rng.random() < CANCELLED:
        started = agreed + timedelta(days=rng.uniform(0.1, 2))
        cancelled = started + timedelta(days=rng.uniform(0.5, 9))
        return Course(started, cancelled=cancelled) if cancelled < now else _until(Course(started), now)
    return _until(finished(agreed, rng), now)


def finished(agreed: datetime, rng: Random) -> Course:
    """The usual course to its end, within 28 days of the agreement."""
    started = agreed + timedelta(days=rng.uniform(0.1, 3))
    marked = started + timedelta(days=rng.uniform(1, 18))
    by = Side.CLIENT if rng.random() < BY_CLIENT else Side.PROVIDER
    wait = timedelta(days=rng.expovariate(1 / 1.5))
    if wait >= CONFIRM_COMPLETION:
        return Course(started, marked, by, marked + CONFIRM_COMPLETION)
    return Course(started, marked, by, marked + wait, str(other_side(by)))


def _until(course: Course, now: datetime) -> Course:
    def past(moment: datetime | None) -> datetime | None:
        return moment if moment is not None and moment < now else None

    return Course(
        past(course.started), past(course.marked), course.marked_by, past(course.completed), course.confirmed_by
    )


def _follow(act: Act, engagement: Engagement, course: Course) -> None:
    """Takes the engagement through its moves, each of which is told."""
    if course.started is not None:
        engagement.status, engagement.started_at = EngagementStatus.UNDER_WAY, course.started
        by = act.rng.choice((Side.CLIENT, Side.PROVIDER, Side.PROVIDER))
        tell(act, engagement, "started", course.started, by=by, to=[other_side(by)], data={"by": str(by)})
    if course.marked is not None:
        _mark(act, engagement, course, course.marked)
    if course.completed is not None:
        _complete(act, engagement, course, course.completed)
    if course.cancelled is not None:
        _cancel(act, engagement, course.cancelled)


def _mark(act: Act, engagement: Engagement, course: Course, moment: datetime) -> None:
    by, across = course.marked_by, other_side(course.marked_by)
    engagement.completion_by, engagement.completion_marked_at = by, moment
    tell(act, engagement, "marked_completed", moment, by=by, to=[across], data={"by": str(by)})
    reminder = moment + REMIND_OF_COMPLETION
    if course.completed is None:
        engagement.completion_due_at = moment + CONFIRM_COMPLETION
        engagement.completion_remind_at = reminder if reminder > act.now else None
    if reminder < (course.completed or act.now):
        tell(act, engagement, "completion_reminder", reminder, by=None, to=[across], data={"marked_by": str(by)})


def _complete(act: Act, engagement: Engagement, course: Course, moment: datetime) -> None:
    engagement.status, engagement.completed_at = EngagementStatus.COMPLETED, moment
    by = Side(course.confirmed_by) if course.confirmed_by else None
    data = {"by": course.confirmed_by or None, "marked_by": str(course.marked_by)}
    tell(act, engagement, "completed", moment, by=by, to=Side, data=data)


def _cancel(act: Act, engagement: Engagement, moment: datetime) -> None:
    """After work began, so the request stays awarded."""
    by, reason = act.rng.choice(list(Side)), act.rng.choice(list(CancelReason)[:-1])
    engagement.status, engagement.cancelled_at = EngagementStatus.CANCELLED, moment
    engagement.cancelled_by, engagement.cancel_reason = by, reason
    data = {"by": str(by), "reason": str(reason), "words": "", "had_begun": True}
    tell(act, engagement, "cancelled", moment, by=by, to=Side, data=data)
