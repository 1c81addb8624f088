"""The terms of a proposal and their history."""

from datetime import datetime

from marketplace.demo.acts import Act, Answer
from marketplace.demo.offering import rounded
from marketplace.demo.phrasing import phrases
from marketplace.demo.telling import Mail, add_event, add_notification
from notifications.models import Digest
from requests.models import Proposal, ProposalTerms, Side

LESS, HALF_WAY = 0.86, 0.94
"""Of the price that the provider first named: what the client offers, and what the provider answers."""


def write_first_terms(act: Act, proposal: Proposal) -> None:
    """Those with which the proposal was sent."""
    assert proposal.submitted_at is not None
    _write(act, proposal, 1, Side.PROVIDER, proposal.submitted_at)


def counter(act: Act, answer: Answer, *, is_answered: bool) -> None:
    """The client of a viewed proposal names other terms, to which the provider may have answered."""
    proposal, first = answer.proposal, answer.proposal.amount or 0
    assert proposal.viewed_at is not None
    moment = act.later(proposal.viewed_at, 5)
    _name(act, answer, Side.CLIENT, rounded(first * LESS), moment)
    if is_answered:
        moment = act.later(moment, 5)
        _name(act, answer, Side.PROVIDER, rounded(first * HALF_WAY), moment)


def _name(act: Act, answer: Answer, side: Side, amount: int, moment: datetime) -> None:
    proposal, is_clients = answer.proposal, side == Side.CLIENT
    proposal.amount = amount if amount != proposal.amount else max(1, amount - 1)
    said = act.rng.choice(phrases("proposals")["client_counters" if is_clients else "provider_counters"])
    _write(act, proposal, proposal.version, side, moment, said)
    act.note_activity(moment, by_client=is_clients)
    facts = {"request": str(proposal.request_id), "page": str(proposal.page_id), "by": str(side)}
    actor = act.request.client_id if is_clients else answer.member_id
    event = add_event(act.rows, act.rng, "proposal.countered", proposal.pk, moment, actor=actor, data=facts)
    if is_clients:
        add_notification(act.rows, act.rng, event, answer.member_id, "counter_offers", Mail())
    else:
        client = act.request.client_id
        add_notification(act.rows, act.rng, event, client, "proposal_changes", Mail(Digest.QUARTER_HOUR))


def _write(act: Act, proposal: Proposal, number: int, side: Side, moment: datetime, said: str = "") -> None:
    """Adds the terms to the history; a new proposal has version 1, and each of its terms counts one up."""
    proposal.offered_by, proposal.updated_at, proposal.version = side, moment, number + 1
    act.rows.terms.append(
        ProposalTerms(
            proposal=proposal,
            number=number,
            offered_by=side,
            price_type=proposal.price_type,
            amount=proposal.amount or 0,
            currency=proposal.currency,
            days=proposal.days,
            scope=proposal.scope,
            note=said,
            created_at=moment,
        )
    )
