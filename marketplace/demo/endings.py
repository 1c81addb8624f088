"""How requests end, and what that means for the proposals that stand then."""

from datetime import datetime, timedelta
from typing import Any, Final

from marketplace.demo.acts import Act, Answer
from marketplace.demo.telling import Mail, add_event, add_notification
from notifications.models import Digest, Event
from requests.actions.activity import CLIENT_IDLE
from requests.models import (
    STANDING,
    MatchState,
    NotChosenReason,
    Proposal,
    ProposalStatus,
    RequestStatus,
    ReviewReason,
    Side,
)

DAYS_OPEN: Final = timedelta(days=30)
REMINDED_BEFORE: Final = timedelta(days=5)


def end(act: Act, winner: Answer | None) -> None:
    """The request's last move, by its state; the request must have its proposals."""
    match act.request.status:
        case RequestStatus.AWARDED if winner is not None:
            _award(act, winner)
        case RequestStatus.CLOSED:
            _close(act)
        case RequestStatus.EXPIRED:
            _expire(act)
        case RequestStatus.IN_REVIEW:
            _stop(act)
    if act.is_active:
        _set_clocks(act)


def _award(act: Act, winner: Answer) -> None:
    """The side that did not name the terms accepts them."""
    proposal, moment = winner.proposal, act.until
    proposal.status = ProposalStatus.ACCEPTED
    proposal.decided_at = proposal.updated_at = moment
    told = _turn_down(act, NotChosenReason.ANOTHER_CHOSEN, moment)
    actor = winner.member_id if proposal.offered_by == Side.CLIENT else act.request.client_id
    data = {"winner": str(proposal.pk), "not_chosen": told}
    _tell_not_chosen(act, _note(act, "awarded", moment, data, actor=actor))


def _stop(act: Act) -> None:
    """The client wants no further proposals."""
    moment = act.request.updated_at = act.later(act.last or act.until, 2)
    _note(act, "in_review", moment, {"reason": str(ReviewReason.CLIENT)}, actor=act.request.client_id)


def _close(act: Act) -> None:
    moment, reason = act.until, str(act.request.close_reason)
    act.request.closed_at = moment
    told = _turn_down(act, reason, moment)
    data = {"reason": reason, "words": "", "not_chosen": told}
    _tell_all(act, _note(act, "closed", moment, data, actor=act.request.client_id))


def _expire(act: Act) -> None:
    """Thirty days after the last sign of life, five days after the reminder."""
    moment = (act.last or act.until) + DAYS_OPEN
    act.request.closed_at = act.request.updated_at = moment
    reminder = _note(act, "expiring_soon", moment - REMINDED_BEFORE, {})
    add_notification(act.rows, act.rng, reminder, act.request.client_id, "my_requests", Mail())
    told = _turn_down(act, NotChosenReason.REQUEST_EXPIRED, moment)
    event = _note(act, "expired", moment, {"not_chosen": told})
    add_notification(act.rows, act.rng, event, act.request.client_id, "my_requests", Mail())
    _tell_all(act, event)


def _note(act: Act, kind: str, moment: datetime, data: dict[str, Any], *, actor: Any = None) -> Event:
    return add_event(act.rows, act.rng, f"request.{kind}", act.request.pk, moment, actor=actor, data=data)


def _turn_down(act: Act, reason: str, moment: datetime) -> list[dict[str, str]]:
    """All that stand become not chosen; what the event says of it."""
    told = []
    for answer in act.answers:
        if answer.proposal.status in STANDING:
            _not_chosen(answer.proposal, reason, moment)
            told.append({"proposal": str(answer.proposal.pk), "member": str(answer.member_id)})
    return told


def _not_chosen(proposal: Proposal, reason: str, moment: datetime) -> None:
    proposal.status, proposal.outcome_reason = ProposalStatus.NOT_CHOSEN, str(reason)
    proposal.decided_at = proposal.updated_at = moment


def _tell_not_chosen(act: Act, event: Event) -> set[Any]:
    not_chosen = [each for each in act.answers if each.proposal.status == ProposalStatus.NOT_CHOSEN]
    for answer in not_chosen:
        data = {"proposal": str(answer.proposal.pk)}
        add_notification(act.rows, act.rng, event, answer.member_id, "proposal_outcomes", Mail(), data)
    return {answer.member_id for answer in not_chosen}


def _tell_all(act: Act, event: Event) -> None:
    """Those who were not chosen, and all others who knew of the request and had not declined it."""
    told = _tell_not_chosen(act, event)
    for match, lead in act.matches:
        if match.state != MatchState.DECLINED and lead.member_id not in told:
            add_notification(act.rows, act.rng, event, lead.member_id, "lead_changes", Mail(Digest.QUARTER_HOUR))


def _set_clocks(act: Act) -> None:
    """As the last activity left them."""
    request, last = act.request, act.last or act.request.published_at or act.now
    request.expires_at = last + DAYS_OPEN
    request.remind_at = request.expires_at - REMINDED_BEFORE
    first = min((each.proposal.submitted_at for each in act.answers if each.proposal.submitted_at), default=None)
    if first is not None:
        due = max(first, act.last_of_client or first) + CLIENT_IDLE
        if due > act.now:
            request.nudge_client_at = due
        else:
            _nudge(act, due)


def _nudge(act: Act, moment: datetime) -> None:
    """The client was reminded of what waits for her."""
    waiting = [
        each.proposal
        for each in act.answers
        if each.proposal.status in STANDING
        and each.proposal.offered_by == Side.PROVIDER
        and each.proposal.submitted_at is not None
        and each.proposal.submitted_at < moment
    ]
    if waiting:
        unviewed = sum(proposal.viewed_at is None for proposal in waiting)
        event = _note(act, "waiting", moment, {"proposals": len(waiting), "unviewed": unviewed})
        add_notification(act.rows, act.rng, event, act.request.client_id, "proposals_waiting", Mail())
