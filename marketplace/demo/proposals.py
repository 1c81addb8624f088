"""What providers offer, what the two sides make of it, and what becomes of it."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from marketplace.demo.acts import Act, Answer
from marketplace.demo.ids import id_at
from marketplace.demo.latest import Lead
from marketplace.demo.negotiating import counter, write_first_terms
from marketplace.demo.offering import ASSISTED, COPIED, Offers
from marketplace.demo.phrasing import phrases
from marketplace.demo.plots import Part
from marketplace.demo.telling import Mail, add_event, add_notification
from notifications.models import Digest, Event
from requests.actions.proposals.deciding import RefusalReason
from requests.actions.proposals.withdrawing import WithdrawReason
from requests.models import Match, MatchState, Proposal, ProposalStatus


class Turn(StrEnum):
    """How far a proposal gets while its request is looking for somebody."""

    WAITS = "waits"
    VIEWED = "viewed"
    SHORTLISTED = "shortlisted"
    COUNTERED = "countered"
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


CHANCES: Final = {
    Turn.WAITS: 20,
    Turn.VIEWED: 36,
    Turn.SHORTLISTED: 15,
    Turn.COUNTERED: 5,
    Turn.ANSWERED: 6,
    Turn.DECLINED: 12,
    Turn.WITHDRAWN: 6,
}
RICH: Final = (Turn.SHORTLISTED, Turn.WAITS, Turn.ANSWERED, Turn.VIEWED, Turn.VIEWED, Turn.DECLINED)
"""Of the demo client's open request: something of everything to compare."""
PARTS: Final = {
    Part.SENT: Turn.WAITS,
    Part.SHORTLISTED: Turn.SHORTLISTED,
    Part.COUNTERED: Turn.COUNTERED,
    Part.WITHDRAWN: Turn.WITHDRAWN,
    Part.WON: Turn.VIEWED,
}


def make_proposals(act: Act, winner: Lead | None) -> None:
    """The proposals of all matches that have one, and the drafts of some who have not sent theirs."""
    offers, rich = Offers(act), _rich(act)
    for match, lead in act.matches:
        if match.state == MatchState.PROPOSED:
            turn = _turn(act, lead, winner, rich)
            answer = _propose(act, match, lead, offers, copies=_copies(act, turn))
            _take(act, answer, turn, match)
        elif act.part_of(lead) == Part.DRAFTED or _drafts(act, match):
            _draft(act, match, lead, offers)


def note_of(act: Act, answer: Answer, kind: str, moment: datetime, *, by: Any, **data: Any) -> Event:
    """An event of the proposal; ``by`` is its actor."""
    proposal = answer.proposal
    facts = {"request": str(proposal.request_id), "page": str(proposal.page_id), **data}
    act.note_activity(moment, by_client=by == act.request.client_id)
    return add_event(act.rows, act.rng, f"proposal.{kind}", proposal.pk, moment, actor=by, data=facts)


def _rich(act: Act) -> Iterator[Turn]:
    return iter(RICH if act.plot.is_claras and act.plot.part == Part.COUNTERED else ())


def _turn(act: Act, lead: Lead, winner: Lead | None, rich: Iterator[Turn]) -> Turn:
    part = act.part_of(lead)
    if part in PARTS:
        return PARTS[part]
    if winner is not None and lead.page_id == winner.page_id:
        return act.rng.choice((Turn.VIEWED, Turn.SHORTLISTED, Turn.COUNTERED, Turn.ANSWERED))
    return next(rich, None) or act.rng.choices(list(CHANCES), list(CHANCES.values()))[0]


def _copies(act: Act, turn: Turn) -> bool:
    """The second one of those viewed among the rich request's is a copy."""
    if act.plot.is_claras and act.plot.part == Part.COUNTERED:
        return turn == Turn.VIEWED and len(act.answers) > RICH.index(Turn.VIEWED) + 1
    return act.rng.random() < COPIED


def _drafts(act: Act, match: Match) -> bool:
    return act.is_active and match.state == MatchState.VIEWED and act.rng.random() < 0.05


def _draft(act: Act, match: Match, lead: Lead, offers: Offers) -> None:
    begun = act.later(match.viewed_at or match.created_at, 3)
    offered = offers.write()
    proposal = Proposal(
        id=id_at(begun, act.rng),
        request=act.request,
        page_id=lead.page_id,
        price_type=offers.price_type,
        currency=offers.currency,
        scope=offered.scope.split("\n\n")[0],
        created_at=begun,
        updated_at=begun,
    )
    act.rows.proposals.append(proposal)
    facts = {"request": str(act.request.pk), "page": str(lead.page_id)}
    add_event(act.rows, act.rng, "proposal.drafted", proposal.pk, begun, actor=lead.member_id, data=facts)


def _propose(act: Act, match: Match, lead: Lead, offers: Offers, *, copies: bool) -> Answer:
    """A proposal that was just sent, and told to the client."""
    seen, rng = match.viewed_at or match.created_at, act.rng
    sent, offered = act.later(seen, 5), offers.write(copies=copies)
    proposal = Proposal(
        id=id_at(seen + (sent - seen) / 2, rng),
        request=act.request,
        page_id=lead.page_id,
        status=ProposalStatus.SUBMITTED,
        price_type=offers.price_type,
        amount=offered.amount,
        currency=offers.currency,
        days=offered.days,
        scope=offered.scope,
        answers=offered.answers,
        is_ai_assisted=rng.random() < ASSISTED or copies,
        created_at=seen + (sent - seen) / 2,
        submitted_at=sent,
    )
    offers.compare(proposal)
    act.rows.proposals.append(proposal)
    answer = Answer(proposal, lead)
    act.answers.append(answer)
    write_first_terms(act, proposal)
    event = note_of(act, answer, "submitted", sent, by=lead.member_id)
    add_notification(act.rows, rng, event, act.request.client_id, "proposals_received", Mail())
    return answer


def _take(act: Act, answer: Answer, turn: Turn, match: Match) -> None:
    """What the client, or the provider herself, does with it until the request is decided."""
    if turn == Turn.WITHDRAWN:
        _withdraw(act, answer, match)
    if turn in (Turn.WAITS, Turn.WITHDRAWN):
        return
    moment = _view(act, answer)
    if turn == Turn.SHORTLISTED:
        _shortlist(act, answer, act.later(moment, 6))
    elif turn == Turn.DECLINED:
        _decline(act, answer, act.later(moment, 12))
    elif turn in (Turn.COUNTERED, Turn.ANSWERED):
        counter(act, answer, is_answered=turn == Turn.ANSWERED)
    if act.rng.random() < 0.15:
        answer.proposal.client_note = act.rng.choice(phrases("proposals")["notes"])


def _view(act: Act, answer: Answer) -> datetime:
    proposal = answer.proposal
    assert proposal.submitted_at is not None
    proposal.viewed_at = act.later(proposal.submitted_at, 7)
    event = note_of(act, answer, "viewed", proposal.viewed_at, by=act.request.client_id)
    add_notification(act.rows, act.rng, event, answer.member_id, "proposal_viewed", None)
    return proposal.viewed_at


def _shortlist(act: Act, answer: Answer, moment: datetime) -> None:
    answer.proposal.status, answer.proposal.updated_at = ProposalStatus.SHORTLISTED, moment
    event = note_of(act, answer, "shortlisted", moment, by=act.request.client_id)
    add_notification(act.rows, act.rng, event, answer.member_id, "proposal_shortlisted", Mail(Digest.QUARTER_HOUR))


def _decline(act: Act, answer: Answer, moment: datetime) -> None:
    reason = act.rng.choice(list(RefusalReason))
    _decide(act, answer, ProposalStatus.DECLINED, moment, reason, "declined_words")
    event = note_of(act, answer, "declined", moment, by=act.request.client_id, reason=str(reason))
    add_notification(act.rows, act.rng, event, answer.member_id, "proposal_outcomes", Mail())


def _withdraw(act: Act, answer: Answer, match: Match) -> None:
    assert answer.proposal.submitted_at is not None
    moment, reason = act.later(answer.proposal.submitted_at, 30), act.rng.choice(list(WithdrawReason))
    _decide(act, answer, ProposalStatus.WITHDRAWN, moment, reason, "withdrawn_words")
    match.state = MatchState.VIEWED
    event = note_of(act, answer, "withdrawn", moment, by=answer.member_id, reason=str(reason))
    add_notification(act.rows, act.rng, event, act.request.client_id, "proposal_changes", Mail(Digest.QUARTER_HOUR))


def _decide(act: Act, answer: Answer, status: ProposalStatus, moment: datetime, reason: Any, words: str) -> None:
    proposal = answer.proposal
    proposal.status, proposal.outcome_reason = status, str(reason)
    proposal.decided_at = proposal.updated_at = moment
    if reason == "other" or act.rng.random() < 0.25:
        proposal.outcome_words = act.rng.choice(phrases("proposals")[words])
