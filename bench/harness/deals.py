"""People with much on their hands: ten proposals for a request, a full inbox, a full board, 10,000 leads."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import Any, Final

from allauth.account.models import EmailAddress

from accounts.actions.members import ensure_member
from accounts.models import Member
from engagements.models import Engagement, EngagementStatus
from messaging.models import Conversation, Message, Seat
from requests.models import Match, MatchState, Proposal, ProposalStatus, ProposalTerms, ServiceRequest, Side
from services.actions import create_page, publish_page
from services.models import PageDay, Service, ServicePage

SERVICE: Final = "logo-design"
RIVALS: Final = 10
TALKS: Final = 1_000
ON_BOARD: Final = 10_000
LEADS: Final = 10_000
DEALS: Final = 300
DAYS: Final = 730
CLIENTS: Final = 500
"""Among whom requests and talks are spread."""
BATCH: Final = 2_000
WORDS: Final = "We open in spring and want this done well before. " * 6
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who looks at what."""

    client: Member
    compared: ServiceRequest
    provider: Member
    lead: ServiceRequest
    talk: Conversation


def crowd(run: str, now: datetime) -> Crowd:
    """New people for this run, written in bulk; the board is filled up to ``ON_BOARD``."""
    rng = random.Random(5)
    service = Service.objects.get(slug=SERVICE)
    clients = _clients(run, now)
    provider = _provider(run, now)
    page = ServicePage.objects.get(member=provider)
    _board(clients, service, now, rng)
    compared = _compared(clients[0], service, now)
    lead = _leads(page, clients, service, now, rng)
    talk = _talks(page, clients, service, now, rng)
    return Crowd(clients[0], compared, provider, lead, talk)


def _clients(run: str, now: datetime) -> list[Member]:
    made = Member.objects.bulk_create(
        Member(email=f"client{n}-{run}@bench.example.com", name=f"Client {n}", password="!", last_active_at=now)
        for n in range(CLIENTS)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=each, email=each.email, verified=True, primary=True) for each in made
    )
    return made


def _provider(run: str, now: datetime) -> Member:
    provider = ensure_member(email=f"provider-{run}@bench.example.com")
    values = {
        "title": "Logos that last",
        "about": "Drawn by hand.",
        "services": [SERVICE],
        "languages": ["en"],
        "work_location": "remote",
        "pricing": "contact",
    }
    page = create_page(actor=provider, values=values, now=now - DAYS * DAY)
    publish_page(actor=provider, page=page, now=now - DAYS * DAY)
    return provider


def _request(client: Member, service: Service, at: datetime, **fields: Any) -> ServiceRequest:
    values: dict[str, Any] = {
        "status": "open",
        "matching": "done",
        "title": "A logo for our shop",
        "details": WORDS,
        "budget_type": "fixed",
        "budget_min": 50_000,
        "budget_max": 100_000,
        "currency": "EUR",
        "work_location": "remote",
        "languages": ["en"],
        "created_at": at,
        "published_at": at,
        "first_published_at": at,
        "expires_at": at + 30 * DAY,
    }
    return ServiceRequest(client=client, service=service, **(values | fields))


def _board(clients: list[Member], service: Service, now: datetime, rng: random.Random) -> None:
    missing = ON_BOARD - ServiceRequest.objects.filter(status="open", visibility="board").count()
    services = list(Service.objects.all()[:40])
    _write(
        ServiceRequest,
        (
            _request(
                rng.choice(clients),
                rng.choice([service, *services]),
                now - rng.random() * 29 * DAY,
                visibility="board",
                budget_max=rng.randrange(60_000, 900_000),
                title=f"Work for our shop, number {n}",
            )
            for n in range(missing)
        ),
    )


def _compared(client: Member, service: Service, now: datetime) -> ServiceRequest:
    request = _request(client, service, now - DAY, status="in_review", review_reason="cap", proposal_count=RIVALS)
    request.save()
    pages = list(ServicePage.objects.published().exclude(member=client)[:RIVALS])
    for number, page in enumerate(pages):
        proposal = _proposal(request, page, now - timedelta(hours=number), amount=60_000 + 3_000 * number)
        proposal.save()
        ProposalTerms.objects.create(
            proposal=proposal,
            number=1,
            offered_by=Side.PROVIDER,
            price_type="fixed",
            amount=proposal.amount or 0,
            currency="EUR",
            days=14,
            scope=proposal.scope,
        )
        Match.objects.create(
            request=request, page=page, rank=number + 1, score=0.5, state="proposed", notified_at=now - DAY
        )
    return request


def _proposal(request: ServiceRequest, page: ServicePage, at: datetime, **fields: Any) -> Proposal:
    values: dict[str, Any] = {
        "status": ProposalStatus.SUBMITTED,
        "price_type": "fixed",
        "amount": 80_000,
        "currency": "EUR",
        "days": 14,
        "scope": "Three drafts, two rounds of changes, and all files. " * 8,
        "submitted_at": at,
        "created_at": at,
    }
    return Proposal(request=request, page=page, **(values | fields))


def _leads(
    page: ServicePage, clients: list[Member], service: Service, now: datetime, rng: random.Random
) -> ServiceRequest:
    """Two years of leads; about a third were answered by a proposal, a tenth of these won. The latest, open one."""
    moments = sorted(now - rng.random() * DAYS * DAY for _n in range(LEADS))
    made = [_request(rng.choice(clients), service, at, status="expired", expires_at=None) for at in moments]
    made[-1] = _request(clients[1], service, now - DAY)
    _write(ServiceRequest, made)
    _write(Match, (_match(request, page, rng) for request in made))
    answered = rng.sample(made[:-1], LEADS // 3)
    won = answered[:DEALS]
    sent = {request.pk: _proposal(request, page, _at(request) + rng.random() * DAY) for request in answered}
    for number, request in enumerate(answered):
        proposal = sent[request.pk]
        proposal.status = ProposalStatus.ACCEPTED if number < DEALS else ProposalStatus.DECLINED
        proposal.decided_at = (proposal.submitted_at or now) + DAY
    _write(Proposal, sent.values())
    ServiceRequest.objects.filter(pk__in=[request.pk for request in won]).update(status="awarded")
    _write(Engagement, (_engagement(request, sent[request.pk], page) for request in won))
    days = [(now - n * DAY).date() for n in range(DAYS)]
    _write(PageDay, (PageDay(page=page, day=day, views=rng.randrange(40), impressions=400) for day in days))
    return made[-1]


def _at(request: ServiceRequest) -> datetime:
    assert request.published_at is not None  # all of these are published
    return request.published_at


def _match(request: ServiceRequest, page: ServicePage, rng: random.Random) -> Match:
    at = _at(request)
    told = {"created_at": at, "notified_at": at}
    state = rng.choice([MatchState.VIEWED, MatchState.NOTIFIED, MatchState.DECLINED])
    if state == MatchState.DECLINED:
        told["declined_at"] = at + rng.random() * DAY
    return Match(request=request, page=page, rank=1 + rng.randrange(10), score=0.5, state=state, **told)


def _engagement(request: ServiceRequest, proposal: Proposal, page: ServicePage) -> Engagement:
    done = (proposal.decided_at or _at(request)) + 5 * DAY
    return Engagement(
        request=request,
        proposal=proposal,
        client=request.client,
        provider=page.member,
        page=page,
        status=EngagementStatus.COMPLETED,
        price_type="fixed",
        amount=80_000,
        currency="EUR",
        days=14,
        scope="As agreed.",
        agreed_at=proposal.decided_at or done,
        started_at=done - DAY,
        completed_at=done,
        completion_by=Side.PROVIDER,
    )


def _talks(
    page: ServicePage, clients: list[Member], service: Service, now: datetime, rng: random.Random
) -> Conversation:
    """A full inbox of the provider, every fifth unread, five messages in each; the latest, about an open request."""
    past = (_request(each, service, now - rng.random() * 300 * DAY, status="expired") for each in cycle(clients))
    made = [_request(clients[1], service, now - DAY), *islice(past, TALKS - 1)]
    _write(ServiceRequest, made)
    _write(Match, (_match(request, page, rng) for request in made))
    talks = [_talk(request, page, now - n * timedelta(minutes=7)) for n, request in enumerate(made)]
    _write(Conversation, talks)
    _write(Seat, (seat for n, talk in enumerate(talks) for seat in _seats(talk, unread=n % 5 == 0)))
    _write(Message, (message for talk in talks for message in _messages(talk)))
    return talks[0]


def _talk(request: ServiceRequest, page: ServicePage, at: datetime) -> Conversation:
    return Conversation(
        request=request,
        page=page,
        client=request.client,
        provider=page.member,
        client_has_written=True,
        last_sequence=5,
        last_sender=request.client,
        last_preview="We would like it to be round, and a little green.",
        last_message_at=at,
    )


def _seats(talk: Conversation, *, unread: bool) -> Iterator[Seat]:
    shared = {"conversation": talk, "active_at": talk.last_message_at}
    yield Seat(member=talk.client, side=Side.CLIENT, read_sequence=5, **shared)
    yield Seat(member=talk.provider, side=Side.PROVIDER, read_sequence=3, unread=2 * unread, **shared)


def _messages(talk: Conversation) -> Iterator[Message]:
    at = talk.last_message_at or talk.created_at
    for number in range(1, 6):
        sender = talk.provider if number == 2 else talk.client
        yield Message(
            conversation=talk,
            sequence=number,
            sender=sender,
            body="We would like it to be round, and a little green.",
            client_id=str(number),
            created_at=at - (6 - number) * timedelta(minutes=1),
        )


def _write(model: Any, rows: Any) -> None:
    model.objects.bulk_create(rows, batch_size=BATCH)
