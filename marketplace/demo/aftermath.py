"""What came of the requests: matches, timelines, notifications and mail that left long ago, or failed to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from accounts.models import Member
from marketplace.demo.asks import World
from marketplace.demo.ids import id_at
from marketplace.demo.pages import Offer
from notifications.models import Channel, Delivery, DeliveryState, Event, Notification
from requests.actions.leads import DeclineReason
from requests.matching.rank import VERSION, WEIGHTS, score
from requests.models import Match, MatchState, RequestStatus, ServiceRequest, Wave

PROBLEMS: Final = ("550 5.1.1 The mailbox does not exist", "452 4.2.2 The mailbox is full", "Connection timed out")
MOST: Final = 10
"""Providers told of one request."""


@dataclass(slots=True)
class Rows:
    """What a batch of requests leaves behind."""

    waves: list[Wave] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    def save(self) -> None:
        """Five statements or so."""
        Wave.objects.bulk_create(self.waves)
        Match.objects.bulk_create(self.matches)
        Event.objects.bulk_create(self.events)
        Notification.objects.bulk_create(self.notifications)
        Delivery.objects.bulk_create(self.deliveries, batch_size=2000)


def tell(world: World, request: ServiceRequest, rows: Rows, rng: Random, *, matched: bool) -> None:
    """Adds the request's timeline; with ``matched`` also its matches and who was told of them."""
    _event(rows, rng, request, "created", request.created_at, actor=request.client)
    if request.published_at is None:
        return
    _event(rows, rng, request, "published", request.published_at, actor=request.client)
    if matched:
        _match(world, request, rows, rng)
    if request.status in {RequestStatus.OPEN, RequestStatus.DRAFT}:
        return
    data = {"reason": str(request.close_reason)} if request.close_reason else {}
    actor = None if request.status == RequestStatus.EXPIRED else request.client
    event = _event(rows, rng, request, str(request.status), request.updated_at, actor=actor, data=data)
    if request.status == RequestStatus.EXPIRED:
        _notify(world, rows, rng, event, request.client, "my_requests", mail=True)


def _match(world: World, request: ServiceRequest, rows: Rows, rng: Random) -> None:
    moment = request.matched_at or world.now
    offers = [offer for offer in _fitting(world, request) if offer.member.pk != request.client_id]
    chosen = rng.sample(offers, min(MOST, len(offers)))
    if world.provider in offers and world.provider not in chosen:
        chosen[0] = world.provider
    found = sorted(
        ((offer, features, score(features)) for offer in chosen for features in [_features(rng)]),
        key=lambda each: -each[2],
    )
    rows.waves.append(
        Wave(request=request, number=1, candidates=len(offers), created_at=moment, took_ms=rng.uniform(25, 110))
    )
    made = []
    for place, (offer, features, points) in enumerate(found, start=1):
        match = Match(
            id=id_at(moment, rng),
            request=request,
            page=offer.page,
            rank=place,
            score=round(points, 6),
            features={**features, "version": VERSION},
            created_at=moment,
            notified_at=moment,
        )
        _answer(match, request, rng, world.now)
        made.append((match, offer))
    rows.matches += [match for match, _offer in made]
    request.proposal_count = sum(match.state == MatchState.PROPOSED for match, _offer in made)
    told = [{"match": str(match.pk), "member": str(offer.member.pk)} for match, offer in made]
    kind = "matched" if made else "no_match"
    event = _event(rows, rng, request, kind, moment, data={"wave": 1, "matches": told})
    for match, offer in made:
        _notify(world, rows, rng, event, offer.member, "new_lead", mail=True, data={"match": str(match.pk)})
    topic = "providers_found" if made else "my_requests"
    _notify(world, rows, rng, event, request.client, topic, mail=not made)


def _fitting(world: World, request: ServiceRequest) -> Iterable[Offer]:
    """Pages that were there then, offer the service, and for work on site are in the same country."""
    for offer in world.by_service[request.service_id]:
        published = offer.page.first_published_at
        near = request.work_location != "on_site" or offer.page.country == request.country
        if near and published is not None and published <= (request.published_at or world.now):
            yield offer


def _features(rng: Random) -> dict[str, float]:
    return {name: round(min(1.0, max(0.0, rng.gauss(0.62, 0.17))), 4) for name in WEIGHTS}


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


def _event(
    rows: Rows,
    rng: Random,
    request: ServiceRequest,
    kind: str,
    moment: datetime,
    *,
    actor: Member | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    event = Event(
        id=id_at(moment, rng),
        kind=f"request.{kind}",
        actor=actor,
        subject_type="request",
        subject_id=str(request.pk),
        data=data or {},
        created_at=moment,
        fanned_out_at=moment,
        sweep_at=moment,
    )
    rows.events.append(event)
    return event


def _notify(
    world: World,
    rows: Rows,
    rng: Random,
    event: Event,
    member: Member,
    topic: str,
    *,
    mail: bool,
    data: dict[str, Any] | None = None,
) -> None:
    moment = event.created_at
    fresh = world.now - moment < timedelta(days=6)
    read = None if fresh and rng.random() < 0.7 else min(world.now, moment + timedelta(hours=rng.uniform(0.1, 40)))
    notification = Notification(
        id=id_at(moment, rng),
        event=event,
        recipient=member,
        topic=topic,
        data=data or {},
        created_at=moment,
        read_at=read,
    )
    rows.notifications.append(notification)
    for channel in (Channel.IN_APP, Channel.EMAIL)[: 1 + mail]:
        failed = channel == Channel.EMAIL and rng.random() < 0.015
        rows.deliveries.append(
            Delivery(
                id=id_at(moment, rng),
                notification=notification,
                channel=channel,
                state=DeliveryState.FAILED if failed else DeliveryState.SENT,
                created_at=moment,
                wanted_at=moment,
                due_at=moment,
                sent_at=None if failed else moment + timedelta(seconds=2),
                attempts=6 if failed else 1,
                last_error=rng.choice(PROBLEMS) if failed else "",
            )
        )
