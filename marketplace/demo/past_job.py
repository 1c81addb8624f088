"""One job of long ago: a request on the board with the one proposal that won, the work, and what both sides said of it.

Its timeline has the moments that count; nobody's list of notifications holds a word of it any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from accounts.models import Member
from engagements.models import Engagement, EngagementStatus, Review
from engagements.windows import WRITE_REVIEW
from marketplace.copying import copy_like
from marketplace.demo.asks import REMOTE, TITLE_MOST
from marketplace.demo.banks import fill, some
from marketplace.demo.catalogue import within
from marketplace.demo.countries import countries
from marketplace.demo.deals import Course, finished
from marketplace.demo.ids import id_at
from marketplace.demo.offering import rounded
from marketplace.demo.pages import Offer
from marketplace.demo.phrasing import Deck, first_name, phrases
from marketplace.demo.prices import hourly_usd, in_minor
from marketplace.demo.reviewing import REPLIES, WRITES, words_of
from marketplace.demo.variety import vary
from marketplace.demo.world import World
from notifications.models import Event
from requests.models import (
    BudgetType,
    Matching,
    PriceType,
    Proposal,
    ProposalStatus,
    ProposalTerms,
    RequestStatus,
    ServiceRequest,
    Side,
    TimeFrame,
    Visibility,
)
from services.models import Pricing, WorkLocation

HOURS: Final = (4, 6, 10, 16, 24, 40)
TIME_FRAMES: Final = tuple(TimeFrame)
NO_WORDS: Final = {"title": "{Service}", "details": ""}
OF_CLIENTS: Final = (76, 17, 4, 2, 1)
"""Weights of five to one stars that providers give."""
Row = Mapping[str, Any]


@dataclass(slots=True)
class JobRows:
    """The rows of many jobs, by column; what is not named is as in an object that was just made."""

    requests: list[Row] = field(default_factory=list)
    proposals: list[Row] = field(default_factory=list)
    terms: list[Row] = field(default_factory=list)
    engagements: list[Row] = field(default_factory=list)
    reviews: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)

    def save(self) -> None:
        """One statement for each kind of row, in the order in which they refer to each other."""
        copy_like(ServiceRequest(), self.requests)
        copy_like(Proposal(), self.proposals)
        copy_like(ProposalTerms(), self.terms)
        copy_like(Engagement(), self.engagements)
        copy_like(Review(), self.reviews)
        copy_like(Event(), self.events)


class Job:
    """One of them, from the request to what was said afterwards."""

    def __init__(self, rows: JobRows, offer: Offer, client: Member, moment: datetime, rng: Random) -> None:
        self.rows, self.offer, self.client, self.rng = rows, offer, client, rng
        self.asked, self.service = moment, rng.choice([offer.services[0], *offer.services])
        self.proposed = moment + timedelta(hours=rng.uniform(0.5, 40))
        self.agreed = self.proposed + timedelta(hours=rng.uniform(3, 100))
        self.request_id, self.proposal_id = id_at(moment, rng), id_at(self.proposed, rng)
        self.engagement_id = id_at(self.agreed, rng)
        self.title = ""

    def add(self, world: World, deck: Deck, stars: Sequence[int]) -> None:
        """Adds its rows. ``stars`` are the weights of five to one."""
        terms = self._terms()
        self._ask(world, hourly=terms["price_type"] == PriceType.HOURLY)
        self._propose(terms)
        self._work(terms, finished(self.agreed, self.rng), deck, stars)

    def _ask(self, world: World, *, hourly: bool) -> None:
        rng, page, service = self.rng, self.offer.page, self.service
        is_remote = service.can_be_remote and rng.random() < REMOTE
        published = self.asked + timedelta(minutes=rng.uniform(1, 12))
        time_frame = rng.choice(TIME_FRAMES)
        self.title, details = self._words(world, self.client.city if is_remote else page.city, time_frame)
        place = {"country": page.country, "latitude": page.latitude, "longitude": page.longitude, "radius_km": 40}
        self.rows.requests.append(
            {
                "id": self.request_id,
                "client_id": self.client.pk,
                "service_id": service.pk,
                "status": RequestStatus.AWARDED.value,
                "matching": Matching.DONE.value,
                "title": self.title,
                "details": details,
                "budget_type": (BudgetType.HOURLY if hourly else BudgetType.HELP).value,
                "work_location": (WorkLocation.REMOTE if is_remote else WorkLocation.ON_SITE).value,
                "languages": page.languages[:1],
                "time_frame": time_frame.value,
                "visibility": Visibility.BOARD.value,
                "proposal_count": 1,
                "created_at": self.asked,
                "updated_at": self.agreed,
                "first_published_at": published,
                "published_at": published,
                "matched_at": published + timedelta(seconds=rng.uniform(0.4, 3)),
            }
            | ({} if is_remote else {"city": page.city, **place})
        )
        self._note("request.created", self.request_id, self.asked, self.client)
        self._note("request.published", self.request_id, published, self.client)

    def _words(self, world: World, city: str, time_frame: TimeFrame) -> tuple[str, str]:
        text = self.rng.choice(world.texts_of.get(self.service.pk) or [NO_WORDS])
        words = {"service": within(self.service.name), "Service": self.service.name, "city": city}
        title, details = (fill(text[name], words) for name in ("title", "details"))
        title, details = vary(title, details, self.rng, city=city, time_frame=time_frame)
        return title[:TITLE_MOST], details

    def _terms(self) -> dict[str, Any]:
        """About what the page says; a usual price of its country where it says none."""
        rng, page, bank = self.rng, self.offer.page, self.offer.trade.bank
        country = next(each for each in countries() if each.code == page.country)
        hourly = page.pricing == Pricing.HOURLY and rng.random() < 0.4
        currency, hours = page.currency or country.currency, rng.choice(HOURS)
        if page.rate and page.pricing == Pricing.HOURLY:
            amount = page.rate * (1 if hourly else hours) * rng.uniform(0.9, 1.05)
        elif page.rate:
            amount = page.rate * rng.choice((1, 1, 1.5, 2.2))
        else:
            amount = in_minor(hourly_usd(self.service, country, rng) * hours, currency)
        words = self._words_of_offer()
        items = "\n".join(f"- {fill(item, words)}" for item in some(bank.deliverables, 3, rng))
        return {
            "price_type": (PriceType.HOURLY if hourly else PriceType.FIXED).value,
            "amount": rounded(amount),
            "currency": currency,
            "days": rng.choice((2, 3, 5, 7, 7, 10, 14, 21)),
            "scope": f"{fill(rng.choice(bank.methods), words)}\n\n{items}",
        }

    def _words_of_offer(self) -> dict[str, str]:
        name = within(self.service.name)
        skills = self.service.skills or [name]
        return {
            "service": name,
            "Service": self.service.name,
            "skill": skills[0],
            "skill2": skills[-1],
            "industry": self.rng.choice(self.offer.trade.bank.industries),
            "city": self.client.city,
            "years": str(self.rng.randrange(3, 20)),
        }

    def _propose(self, terms: Row) -> None:
        viewed = self.proposed + (self.agreed - self.proposed) * self.rng.uniform(0.1, 0.9)
        self.rows.proposals.append(
            {
                **terms,
                "id": self.proposal_id,
                "request_id": self.request_id,
                "page_id": self.offer.page.pk,
                "status": ProposalStatus.ACCEPTED.value,
                "version": 2,
                "created_at": self.proposed,
                "updated_at": self.agreed,
                "submitted_at": self.proposed,
                "viewed_at": viewed,
                "decided_at": self.agreed,
            }
        )
        first = {"proposal_id": self.proposal_id, "number": 1, "offered_by": Side.PROVIDER.value}
        self.rows.terms.append({**terms, **first, "created_at": self.proposed})
        facts = {"request": str(self.request_id), "page": str(self.offer.page.pk)}
        self._note("proposal.submitted", self.proposal_id, self.proposed, self.offer.member, facts)

    def _work(self, terms: Row, course: Course, deck: Deck, stars: Sequence[int]) -> None:
        assert course.completed is not None  # it is long ago
        self.rows.engagements.append(
            {
                **terms,
                "id": self.engagement_id,
                "request_id": self.request_id,
                "proposal_id": self.proposal_id,
                "client_id": self.client.pk,
                "provider_id": self.offer.member.pk,
                "page_id": self.offer.page.pk,
                "status": EngagementStatus.COMPLETED.value,
                "agreed_at": self.agreed,
                "started_at": course.started,
                "completion_by": course.marked_by.value,
                "completion_marked_at": course.marked,
                "completed_at": course.completed,
            }
        )
        facts = {"request": str(self.request_id), "proposal": str(self.proposal_id), "by": str(Side.CLIENT)}
        self._note("engagement.agreed", self.engagement_id, self.agreed, self.client, facts)
        by = Side(course.confirmed_by) if course.confirmed_by else None
        ended: dict[str, Any] = {"by": course.confirmed_by or None, "marked_by": str(course.marked_by)}
        actor = self._who(by) if by else None
        self._note("engagement.completed", self.engagement_id, course.completed, actor, ended)
        self._review(course.completed, deck, stars)

    def _review(self, completed: datetime, deck: Deck, stars: Sequence[int]) -> None:
        """Hidden until both were there or the time was over."""
        rng = self.rng
        wrote = {
            side: completed + timedelta(hours=min(rng.expovariate(1 / 60), 13 * 24))
            for side in Side
            if rng.random() < WRITES[side]
        }
        published = max(wrote.values()) if len(wrote) == len(Side) else completed + WRITE_REVIEW
        for side, moment in wrote.items():
            of_page = side == Side.CLIENT
            rating = rng.choices((5, 4, 3, 2, 1), stars if of_page else OF_CLIENTS)[0]
            names = {"first": first_name(self.client.name), "title": self.title}
            review = {
                "id": id_at(moment, rng),
                "engagement_id": self.engagement_id,
                "by": side.value,
                "page_id": self.offer.page.pk if of_page else None,
                "rating": rating,
                "text": words_of(deck, side, rating, self.offer.trade.bank.praise, **names),
                "created_at": moment,
                "updated_at": moment,
                "published_at": published,
            }
            if of_page and rng.random() < REPLIES:
                said = phrases("reviews")["replies" if rating > 3 else "sorry"]
                replied = published + timedelta(hours=rng.uniform(1, 90))
                review |= {"reply": deck.say(said, **names), "replied_at": replied}
            self.rows.reviews.append(review)

    def _who(self, side: Side) -> Member:
        return self.client if side == Side.CLIENT else self.offer.member

    def _note(
        self, kind: str, subject: UUID, moment: datetime, actor: Member | None, data: dict[str, Any] | None = None
    ) -> None:
        self.rows.events.append(
            {
                "id": id_at(moment, self.rng),
                "kind": kind,
                "actor_id": actor.pk if actor else None,
                "subject_type": kind.partition(".")[0],
                "subject_id": str(subject),
                "data": Jsonb(data or {}),
                "created_at": moment,
                "fanned_out_at": moment,
                "sweep_at": moment,
            }
        )
