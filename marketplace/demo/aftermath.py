"""What came of the requests: whom they were announced to, what those did, how it ended, and who was told."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from marketplace.demo.acts import Act
from marketplace.demo.asks import BATCH
from marketplace.demo.deals import make_deal
from marketplace.demo.endings import end
from marketplace.demo.latest import Lead, Leads
from marketplace.demo.leads import announce
from marketplace.demo.pages import Offer
from marketplace.demo.plots import Part
from marketplace.demo.proposals import make_proposals
from marketplace.demo.talks import make_talks
from marketplace.demo.telling import Rows, add_event
from marketplace.demo.world import Crowd, World
from requests.matching.rank import WEIGHTS, score
from requests.models import CloseReason, ProposalStatus, RequestStatus, ServiceRequest, Visibility

MOST: Final = 10
"""Providers told of one request."""
INVITED_MOST: Final = 3
NOT_COUNTED: Final = (ProposalStatus.DRAFT, ProposalStatus.WITHDRAWN)
LIVELY: Final = timedelta(days=5)
"""How long an expired request had its answers."""


def tell(world: World, request: ServiceRequest, rows: Rows, number: int, leads: Leads | None = None) -> None:
    """Adds the request's timeline, matches, proposals and all that followed, and finishes the request itself.

    Without ``leads`` the providers are chosen by chance among those of the crowd who offer the service.
    """
    rng = world.random("aftermath", number)
    add_event(rows, rng, "request.created", request.pk, request.created_at, actor=request.client_id)
    if request.published_at is None:
        return
    add_event(rows, rng, "request.published", request.pk, request.published_at, actor=request.client_id)
    act = Act(world, number, request, rows, rng, until=request.published_at, last=request.published_at)
    leads = leads or _by_chance(act, number)
    winner = _winner(act, leads)
    act.until = _until(act)
    announce(act, leads, winner)
    make_proposals(act, winner)
    hired = next((each for each in act.answers if winner and each.lead.page_id == winner.page_id), None)
    if request.status in {RequestStatus.AWARDED, RequestStatus.CLOSED}:
        end(act, hired)
        make_talks(act, make_deal(act, hired) if hired else None)
    else:  # what they write to each other keeps the request alive
        make_talks(act, None)
        end(act, None)
    request.proposal_count = sum(each.proposal.status not in NOT_COUNTED for each in act.answers)


def _until(act: Act) -> datetime:
    """When the last thing that counts for the request may happen."""
    request = act.request
    if request.status in {RequestStatus.AWARDED, RequestStatus.CLOSED}:
        return request.updated_at
    return (request.published_at or act.now) + LIVELY if request.status == RequestStatus.EXPIRED else act.now


def _winner(act: Act, leads: Leads) -> Lead | None:
    """Whom the client chooses: some providers are chosen again and again. Without anybody the request is closed."""
    if act.request.status != RequestStatus.AWARDED:
        return None
    part = act.plot.part
    fitting = [lead for lead in leads.chosen if part is None or (act.part_of(lead) is not None) == (part == Part.WON)]
    if fitting:
        return act.rng.choices(fitting, [fame(lead.page_id) for lead in fitting])[0]
    act.request.status, act.request.close_reason = RequestStatus.CLOSED, CloseReason.NO_FIT
    return None


def fame(page_id: UUID) -> float:
    """How often a page is chosen among others, from 1 to 20."""
    return 1 / (0.05 + (page_id.int % 997) / 1050)


def _by_chance(act: Act, number: int) -> Leads:
    rng, world, request = act.rng, act.world, act.request
    offers = list(_fitting(world.crowd(number // BATCH), request))
    most = INVITED_MOST if request.visibility == Visibility.INVITED else MOST
    chosen = rng.sample(offers, min(most, len(offers)))
    if act.plot.part is not None and world.provider in offers and world.provider not in chosen:
        chosen[0] = world.provider
    leads = []
    for offer in chosen:
        features = {name: round(min(1.0, max(0.0, rng.gauss(0.62, 0.17))), 4) for name in WEIGHTS}
        leads.append(Lead(offer.page.pk, offer.member.pk, offer.member.name, features, round(score(features), 6)))
    return Leads(sorted(leads, key=lambda lead: -lead.score), len(offers))


def _fitting(crowd: Crowd, request: ServiceRequest) -> Iterable[Offer]:
    """Pages that were there then, offer the service, and for work on site are in the same country."""
    for offer in crowd.by_service[request.service_id]:
        published = offer.page.first_published_at
        near = request.work_location != "on_site" or offer.page.country == request.country
        there = published is not None and request.published_at is not None and published <= request.published_at
        if near and there and offer.member.pk != request.client_id:
            yield offer
