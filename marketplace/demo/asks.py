"""Service requests in all states. The request with number i depends on the seed, i and the first pages."""

from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from accounts.models import Member
from marketplace.demo.banks import fill
from marketplace.demo.catalogue import within
from marketplace.demo.countries import countries
from marketplace.demo.ids import id_at
from marketplace.demo.outside import wording as outside
from marketplace.demo.pages import Offer
from marketplace.demo.prices import hourly_usd, in_minor
from marketplace.demo.variety import vary
from marketplace.demo.world import Crowd, World
from requests.models import (
    BudgetType,
    CloseReason,
    Matching,
    RequestStatus,
    ServiceRequest,
    TimeFrame,
    Visibility,
)
from services.models import Question, Service, WorkLocation

STORY: Final = tuple(RequestStatus(name) for name in ("open", "in_review", "awarded", "closed", "expired", "draft"))
"""States of the demo client's own requests, which come first."""
LEADS: Final = 5
"""Open requests of others for what the demo provider offers; they come next."""
SHARES: Final = {"open": 34, "in_review": 8, "awarded": 22, "closed": 18, "expired": 12, "draft": 6}
BATCH: Final = 1000
"""Requests that share a crowd."""
TITLE_MOST: Final = 140
DAYS_OPEN: Final = 30
REMINDED_BEFORE: Final = 5


def make_request(world: World, number: int) -> ServiceRequest:
    """The request with this number, not saved."""
    rng = world.random("request", number)
    crowd = world.crowd(number // BATCH)
    status, service, text = _choose(world, number, rng)
    anchor = rng.choice(crowd.by_service[service.pk] or crowd.offers or [world.provider])
    client = world.logins.client if number < len(STORY) else _client(world, crowd, anchor, rng)
    created = _created(status, number, world.now, rng)
    request = ServiceRequest(
        id=id_at(created, rng),
        client=client,
        service=service,
        status=status,
        matching=Matching.PENDING if status == RequestStatus.DRAFT else Matching.DONE,
        time_frame=rng.choice(list(TimeFrame)),
        visibility=Visibility.BOARD if rng.random() < 0.15 else Visibility.MATCHED,
        languages=["en"] if "en" in anchor.page.languages else anchor.page.languages[:1],
        answers=_answers(world, service, rng),
        created_at=created,
        updated_at=created,
    )
    _place(request, world.provider if number < len(STORY) + LEADS else anchor, rng)
    words = {"service": within(service.name), "Service": service.name, "city": request.city or client.city}
    request.title, request.details = _words(world, request, text, words, number)
    _budget(request, rng)
    if status != RequestStatus.DRAFT:
        _dates(request, world.now, rng)
    return request


def _choose(world: World, number: int, rng: Random) -> tuple[RequestStatus, Service, dict[str, str]]:
    """State, service and text: the first ones tell the log-ins' story, the others go through all texts in turn."""
    if number < len(STORY) + LEADS:
        offered = {service.pk for service in world.provider.services}
        fitting = [each for each in world.texts if each[0].pk in offered] or world.texts
        service, text = fitting[number % len(fitting)]
        return (STORY[number] if number < len(STORY) else RequestStatus.OPEN), service, text
    service, text = world.texts[number % len(world.texts)]
    return RequestStatus(rng.choices(list(SHARES), list(SHARES.values()))[0]), service, text


def _words(
    world: World, request: ServiceRequest, text: dict[str, str], words: dict[str, str], number: int
) -> tuple[str, str]:
    """Title and details; from outside texts where there are some and it is nobody's story."""
    rng = world.random("words of request", number)
    found = world.trade_of[request.service_id].outside.get(request.service_id)
    if found and number >= len(STORY) + LEADS and rng.random() < outside.SHARE:
        title, details = outside.request(rng.choice(found), rng)
    else:
        title, details = fill(text["title"], words), fill(text["details"], words)
        told = {service.pk for service in world.provider.services}  # in the story, with the same phrases
        first = number < len(world.texts) and (number < len(STORY) + LEADS or request.service_id not in told)
        title, details = vary(title, details, request, rng, is_first=first)
    return title[:TITLE_MOST], details


def _client(world: World, crowd: Crowd, anchor: Offer, rng: Random) -> Member:
    """Somebody of the anchor's country where there is one, and never the anchor herself."""
    near = [member for member in crowd.by_country[anchor.member.country] if member.pk not in _not_asking(world, anchor)]
    if near:
        return rng.choice(near)
    others = [offer.member for offer in crowd.offers if offer.member.pk not in _not_asking(world, anchor)]
    return rng.choice(others or [world.logins.client])


def _not_asking(world: World, anchor: Offer) -> set[UUID]:
    return {anchor.member.pk, world.provider.member.pk}


def _created(status: RequestStatus, number: int, now: datetime, rng: Random) -> datetime:
    least, most = {"open": (0.1, 22), "in_review": (4, 24), "expired": (32, 200), "draft": (0.1, 20)}.get(
        status, (8, 150)
    )
    days = rng.uniform(0.05, 3) if status == RequestStatus.OPEN and number < len(STORY) + LEADS else 0.0
    return now - timedelta(days=days or least + (most - least) * rng.random() ** 1.4)


def _place(request: ServiceRequest, anchor: Offer, rng: Random) -> None:
    if request.service.can_be_remote and rng.random() < 0.8:
        request.work_location = WorkLocation.REMOTE
        return
    request.work_location = WorkLocation.BOTH if request.service.can_be_remote else WorkLocation.ON_SITE
    page = anchor.page
    request.country, request.city = page.country, page.city
    request.latitude, request.longitude, request.radius_km = page.latitude, page.longitude, rng.choice((25, 40, 60))


def _budget(request: ServiceRequest, rng: Random) -> None:
    country = next((each for each in countries() if each.code == request.client.country), countries()[0])
    request.budget_type = rng.choices(list(BudgetType), (55, 25, 20))[0]
    if request.budget_type == BudgetType.HELP:
        return
    hours = 1 if request.budget_type == BudgetType.HOURLY else rng.choice((6, 10, 16, 24, 40))
    request.currency = country.currency
    usd = hourly_usd(request.service, country, rng) * hours * 1.15
    request.budget_min = in_minor(usd * 0.7, country.currency) if rng.random() < 0.7 else None
    request.budget_max = in_minor(usd * 1.2, country.currency)


def _answers(world: World, service: Service, rng: Random) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for question in world.questions[service.group_id]:
        if question.type == Question.Type.CHOICE and (question.required or rng.random() < 0.7):
            answers[question.key] = rng.choice(question.choices)
        elif question.type == Question.Type.CHOICES and (question.required or rng.random() < 0.5):
            answers[question.key] = sorted(rng.sample(question.choices, min(2, len(question.choices))))
    return answers


def _dates(request: ServiceRequest, now: datetime, rng: Random) -> None:
    published = min(now, request.created_at + timedelta(minutes=rng.uniform(1, 12)))
    request.first_published_at = request.published_at = published
    request.matched_at = published + timedelta(seconds=rng.uniform(0.4, 3))
    request.expires_at = published + timedelta(days=DAYS_OPEN)
    reminder = request.expires_at - timedelta(days=REMINDED_BEFORE)
    request.remind_at = reminder if reminder > now + timedelta(days=1) else None
    ended = min(now, published + timedelta(days=rng.uniform(1, 7)))
    if request.status == RequestStatus.CLOSED:
        request.close_reason = rng.choices(list(CloseReason), (20, 25, 25, 15, 10, 5))[0]
    if request.status == RequestStatus.EXPIRED:
        ended = request.expires_at
    if request.status != RequestStatus.OPEN:
        request.updated_at = ended
    if request.status in {RequestStatus.CLOSED, RequestStatus.EXPIRED}:
        request.closed_at = ended
