"""What came of the requests: whom they were announced to, what those did, how it ended, and who was told."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Final

from marketplace.demo.asks import BATCH, REMINDED_BEFORE
from marketplace.demo.ids import id_at
from marketplace.demo.latest import Lead, Leads
from marketplace.demo.pages import Offer
from marketplace.demo.telling import Mail, Rows, add_event, add_notification
from marketplace.demo.world import Crowd, World
from notifications.models import Digest
from requests.actions.leads import DeclineReason
from requests.matching.rank import VERSION, WEIGHTS, score
from requests.models import Match, MatchState, RequestStatus, ServiceRequest, Wave

MOST: Final = 10
"""Providers told of one request."""


def tell(world: World, request: ServiceRequest, rows: Rows, number: int, leads: Leads | None = None) -> None:
    """Adds the request's timeline, matches and notifications, and counts its proposals.

    Without ``leads`` the providers are chosen by chance among those of the crowd who offer the service.
    """
    rng = world.random("aftermath", number)
    add_event(rows, rng, request, "created", request.created_at, actor=request.client)
    if request.published_at is None:
        return
    add_event(rows, rng, request, "published", request.published_at, actor=request.client)
    matches = _match(request, leads or _by_chance(world, request, number, rng), rows, rng)
    if request.status != RequestStatus.OPEN:
        _end(request, matches, rows, rng)


def _by_chance(world: World, request: ServiceRequest, number: int, rng: Random) -> Leads:
    offers = list(_fitting(world.crowd(number // BATCH), request))
    chosen = rng.sample(offers, min(MOST, len(offers)))
    if world.provider in offers and world.provider not in chosen:
        chosen[0] = world.provider
    leads = []
    for offer in chosen:
        features = {name: round(min(1.0, max(0.0, rng.gauss(0.62, 0.17))), 4) for name in WEIGHTS}
        leads.append(Lead(offer.page.pk, offer.member.pk, features, round(score(features), 6)))
    return Leads(sorted(leads, key=lambda lead: -lead.score), len(offers))


def _fitting(crowd: Crowd, request: ServiceRequest) -> Iterable[Offer]:
    """Pages that were there then, offer the service, and for work on site are in the same country."""
    for offer in crowd.by_service[request.service_id]:
        published = offer.page.first_published_at
        near = request.work_location != "on_site" or offer.page.country == request.country
        there = published is not None and request.published_at is not None and published <= request.published_at
        if near and there and offer.member.pk != request.client_id:
            yield offer


def _match(request: ServiceRequest, leads: Leads, rows: Rows, rng: Random) -> list[tuple[Match, Lead]]:
    moment = request.matched_at or rows.now
    wave = Wave(
        request=request,
        number=1,
        candidates=leads.considered,
        created_at=moment,
        took_ms=round(rng.uniform(25, 110), 3),
    )
    rows.waves.append(wave)
    made = []
    for place, lead in enumerate(leads.chosen, start=1):
        match = Match(
            id=id_at(moment, rng),
            request=request,
            page_id=lead.page_id,
            rank=place,
            score=lead.score,
            features={**lead.features, "version": VERSION},
            reserved_place=lead.reserved,
            created_at=moment,
            notified_at=moment,
        )
        _answer(match, request, rng, rows.now)
        made.append((match, lead))
    rows.matches += [match for match, _lead in made]
    request.proposal_count = sum(match.state == MatchState.PROPOSED for match, _lead in made)
    _announce(request, made, rows, rng, moment)
    return made


def _announce(
    request: ServiceRequest, made: list[tuple[Match, Lead]], rows: Rows, rng: Random, moment: datetime
) -> None:
    told = [{"match": str(match.pk), "member": str(lead.member_id)} for match, lead in made]
    kind = "matched" if made else "no_match"
    event = add_event(rows, rng, request, kind, moment, data={"wave": 1, "matches": told})
    for match, lead in made:
        add_notification(rows, rng, event, lead.member_id, "new_lead", Mail(), {"match": str(match.pk)})
    topic = "providers_found" if made else "my_requests"
    add_notification(rows, rng, event, request.client_id, topic, None if made else Mail())


def _answer(match: Match, request: ServiceRequest, rng: Random, now: datetime) -> None:
    """How far the provider got."""
    chance, seen = rng.random(), min(now, match.created_at + timedelta(hours=rng.uniform(0.2, 30)))
    if chance < 0.4:
        return
    match.viewed_at, match.state = seen, MatchState.VIEWED
    if chance > 0.9:
        match.state, match.declined_at = MatchState.DECLINED, min(now, seen + timedelta(hours=1))
        match.decline_reason = rng.choice(list(DeclineReason))
    elif chance > 0.75 or (request.status == RequestStatus.AWARDED and match.rank <= 2):
        match.state = MatchState.PROPOSED


def _end(request: ServiceRequest, matches: list[tuple[Match, Lead]], rows: Rows, rng: Random) -> None:
    """The event that ended it, and who was told: of closing and expiry those who knew of it and had not declined."""
    expired = request.status == RequestStatus.EXPIRED
    if expired:
        reminded = request.updated_at - timedelta(days=REMINDED_BEFORE)
        reminder = add_event(rows, rng, request, "expiring_soon", reminded)
        add_notification(rows, rng, reminder, request.client_id, "my_requests", Mail())
    event = add_event(
        rows,
        rng,
        request,
        str(request.status),
        request.updated_at,
        actor=None if expired else request.client,
        data={"reason": str(request.close_reason)} if request.close_reason else {},
    )
    if expired:
        add_notification(rows, rng, event, request.client_id, "my_requests", Mail())
    if request.status in {RequestStatus.CLOSED, RequestStatus.EXPIRED}:
        for match, lead in matches:
            if match.state != MatchState.DECLINED:
                add_notification(rows, rng, event, lead.member_id, "lead_changes", Mail(Digest.QUARTER_HOUR))
