"""Service requests in all states. The request with number i depends on the seed, i and the first pages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from accounts.models import Member
from marketplace.demo.banks import fill
from marketplace.demo.catalogue import within
from marketplace.demo.countries import countries
from marketplace.demo.ids import id_at
from marketplace.demo.outside import wording as outside
from marketplace.demo.pages import Offer
from marketplace.demo.phrasing import phrases
from marketplace.demo.plots import Plot
from marketplace.demo.prices import hourly_usd, in_minor
from marketplace.demo.variety import vary
from marketplace.demo.world import Crowd, World
from requests.models import (
    BudgetType,
    CloseReason,
    Matching,
    RequestStatus,
    ReviewReason,
    ServiceRequest,
    TimeFrame,
)
from requests.rules.screening import ScreeningQuestion
from services.models import Question, Service, WorkLocation

BATCH: Final = 1000
"""Requests that share a crowd."""
TITLE_MOST: Final = 140
SCREENED: Final = 0.35
"""Share of the requests whose client asks everybody something."""
REMOTE: Final = 0.8
"""Share of what can be done remotely that is to be done so."""
QUESTIONS: Final = (1, 1, 2, 2, 3)


def make_request(world: World, number: int) -> ServiceRequest:
    """The request with this number, not saved, as it is before anybody has answered it."""
    rng, plot = world.random("request", number), world.plot(number)
    crowd = world.crowd(number // BATCH)
    service, text = _choose(world, plot, number)
    anchor = rng.choice(crowd.by_service[service.pk] or crowd.offers or [world.provider])
    created = world.now - timedelta(days=plot.days)
    near = world.provider if plot.is_story else anchor
    client = world.logins.client if plot.is_claras else _client(world, crowd, anchor, created, rng)
    request = ServiceRequest(
        id=id_at(created, rng),
        client=client,
        service=service,
        status=plot.status,
        matching=Matching.PENDING if plot.status == RequestStatus.DRAFT else Matching.DONE,
        time_frame=rng.choice(list(TimeFrame)),
        visibility=plot.visibility,
        languages=["en"] if "en" in near.page.languages else near.page.languages[:1],
        answers=_answers(world, service, rng),
        screening=_screening(rng),
        created_at=created,
        updated_at=created,
    )
    _place(request, near, rng, share=1.0 if plot.is_story else REMOTE)
    words = {"service": within(service.name), "Service": service.name, "city": request.city or client.city}
    request.title, request.details = _words(world, request, text, words, number)
    _budget(request, rng, (70, 0, 30) if plot.is_story else (55, 25, 20))
    if plot.status != RequestStatus.DRAFT:
        _dates(request, world.now, rng)
    return request


def _choose(world: World, plot: Plot, number: int) -> tuple[Service, dict[str, str]]:
    """Service and text: those of the story fit the provider, the others go through all texts in turn."""
    if not plot.is_story:
        return world.texts[number % len(world.texts)]
    return world.told[number % len(world.told)]


def _words(
    world: World, request: ServiceRequest, text: dict[str, str], words: dict[str, str], number: int
) -> tuple[str, str]:
    """Title and details; from outside texts where there are some and it is nobody's story."""
    rng = world.random("words of request", number)
    found = world.trade_of[request.service_id].outside.get(request.service_id)
    if found and not world.plot(number).is_story and rng.random() < outside.SHARE:
        title, details = outside.request(rng.choice(found), rng)
    else:
        title, details = fill(text["title"], words), fill(text["details"], words)
        first = number < len(world.told if world.plot(number).is_story else world.texts)
        first &= world.plot(number).is_story or text not in [told for _service, told in world.told]
        city, time_frame = request.city or request.client.city, TimeFrame(request.time_frame)
        title, details = vary(title, details, rng, city=city, time_frame=time_frame, is_first=first)
    return title[:TITLE_MOST], details


def _client(world: World, crowd: Crowd, anchor: Offer, created: datetime, rng: Random) -> Member:
    """Somebody who had joined by then, of the anchor's country where there is one, and never the anchor herself."""
    never = {anchor.member.pk, world.provider.member.pk}
    for country in (anchor.member.country, ""):
        asking = [member for member in crowd.joined(country, created) if member.pk not in never]
        if asking:
            return rng.choice(asking)
    return world.logins.client


def _place(request: ServiceRequest, anchor: Offer, rng: Random, *, share: float) -> None:
    """Remote, for this share of what can be done so; otherwise where the anchor is."""
    if request.service.can_be_remote and rng.random() < share:
        request.work_location = WorkLocation.REMOTE
        return
    request.work_location = WorkLocation.BOTH if request.service.can_be_remote else WorkLocation.ON_SITE
    page = anchor.page
    request.country, request.city = page.country, page.city
    request.latitude, request.longitude, request.radius_km = page.latitude, page.longitude, rng.choice((25, 40, 60))


def _budget(request: ServiceRequest, rng: Random, shares: Sequence[int]) -> None:
    """A budget; ``shares`` are those of its types: fixed, hourly, help."""
    country = next((each for each in countries() if each.code == request.client.country), countries()[0])
    request.budget_type = rng.choices(list(BudgetType), shares)[0]
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


def _screening(rng: Random) -> list[ScreeningQuestion]:
    if rng.random() > SCREENED:
        return []
    asked = rng.sample(phrases("proposals")["screening"], rng.choice(QUESTIONS))
    return [
        ScreeningQuestion(key=f"q{place}", text=each["text"], required=each["required"])
        for place, each in enumerate(asked, start=1)
    ]


def _dates(request: ServiceRequest, now: datetime, rng: Random) -> None:
    published = min(now, request.created_at + timedelta(minutes=rng.uniform(1, 12)))
    request.first_published_at = request.published_at = published
    request.matched_at = published + timedelta(seconds=rng.uniform(0.4, 3))
    if request.status == RequestStatus.IN_REVIEW:
        request.review_reason = ReviewReason.CLIENT
    if request.status == RequestStatus.CLOSED:
        request.close_reason = rng.choices(list(CloseReason), (5, 30, 30, 20, 10, 5))[0]
    if request.status in {RequestStatus.CLOSED, RequestStatus.AWARDED}:
        request.updated_at = published + min(timedelta(days=rng.uniform(1, 7)), 0.8 * (now - published))
