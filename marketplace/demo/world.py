"""What all steps of making a demo share. It is made anew from the arguments whenever a run begins or goes on."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from random import Random
from typing import Final

from accounts.models import Member
from marketplace.demo.arguments import Arguments, DemoRefused
from marketplace.demo.catalogue import Trade, load_trades
from marketplace.demo.ids import seeded
from marketplace.demo.logins import Logins, make_logins
from marketplace.demo.outside.reading import add_outside
from marketplace.demo.pages import Offer, make_offer
from marketplace.demo.plots import Plot, plot_of
from services.models import PageStatus, Question, Service

CROWD: Final = 2000
"""Pages among which a thousand requests find their clients and providers; the next thousand has others."""


@dataclass(slots=True)
class Crowd:
    """Some pages, without their words. ``by_country`` is in the order in which the members joined."""

    offers: Sequence[Offer]
    by_service: dict[int, list[Offer]] = field(default_factory=lambda: defaultdict(list))
    by_country: dict[str, list[Member]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for offer in self.offers:
            if offer.page.status == PageStatus.PUBLISHED:
                for service in offer.services:
                    self.by_service[service.pk].append(offer)
        for member in sorted((offer.member for offer in self.offers), key=_joined):
            self.by_country[member.country].append(member)
            self.by_country[""].append(member)

    def joined(self, country: str, before: datetime) -> Sequence[Member]:
        """Who of the country, or of all where it is empty, was there before that time."""
        members = self.by_country[country]
        return members[: bisect_left(members, before, key=_joined)]


def _joined(member: Member) -> datetime:
    return member.created_at


class World:
    """The catalogue with its phrases, the three log-ins, and the pages, which are functions of their numbers."""

    def __init__(self, arguments: Arguments) -> None:
        """Raises DemoRefused where the catalogue is empty, or the folder of texts holds nothing usable."""
        self.arguments, self.seed, self.now = arguments, arguments.seed, arguments.now
        self.trades = load_trades()
        if not self.trades:
            raise DemoRefused("The catalogue is empty: run python manage.py migrate first.")
        if arguments.texts:
            add_outside(self.trades, arguments.texts)
        self.logins: Logins = make_logins(self.seed, self.trades, now=self.now)
        self._crowd: tuple[int, Crowd] | None = None

    @property
    def provider(self) -> Offer:
        """The provider whom one can log in as."""
        return self.logins.provider

    def offer(self, number: int) -> Offer:
        """The page with this number, without its words."""
        return make_offer(self.seed, number, self.trades, now=self.now)

    def page(self, number: int) -> Offer:
        """The page at this place of all: the provider's is the first."""
        return self.provider if number == 0 else self.offer(number - 1)

    def crowd(self, batch: int) -> Crowd:
        """The pages to which this batch of requests belongs; to the first one also the provider's."""
        if self._crowd is None or self._crowd[0] != batch:
            pages = max(0, self.arguments.pages - 1)
            numbers = [(batch * CROWD + place) % pages for place in range(min(CROWD, pages))]
            offers = [self.provider] if batch == 0 and self.arguments.pages else []
            self._crowd = batch, Crowd([*offers, *map(self.offer, numbers)])
        return self._crowd[1]

    def plot(self, number: int) -> Plot:
        """What becomes of the request with this number."""
        return plot_of(number, self.random("plot", number))

    def random(self, kind: str, number: int) -> Random:
        """The chance for one thing of a kind."""
        return seeded(self.seed, kind, number)

    @cached_property
    def texts(self) -> list[tuple[Service, dict[str, str]]]:
        """All phrases for requests, each with its service, in an order of this demo's own."""
        found = []
        for trade in self.trades:
            services = {service.slug: service for service in trade.services}
            found += [(services[text["service"]], text) for text in trade.bank.requests if text["service"] in services]
        self.random("texts", 0).shuffle(found)
        return found

    @cached_property
    def texts_of(self) -> dict[int, list[dict[str, str]]]:
        """The same phrases by the service's id."""
        found: dict[int, list[dict[str, str]]] = defaultdict(list)
        for service, text in self.texts:
            found[service.pk].append(text)
        return found

    @cached_property
    def told(self) -> list[tuple[Service, dict[str, str]]]:
        """Those among the phrases for requests that fit the provider: the log-ins' story is told with them. The first
        is about what most others offer too, so that there is something to compare."""
        offered = {service.pk for service in self.provider.services}
        fitting = [each for each in self.texts if each[0].pk in offered] or self.texts
        rivals = self.crowd(0).by_service
        return sorted(fitting, key=lambda each: -len(rivals.get(each[0].pk, ())))

    @cached_property
    def trade_of(self) -> dict[int, Trade]:
        """The trade of each service."""
        return {service.pk: trade for trade in self.trades for service in trade.services}

    @cached_property
    def questions(self) -> dict[int, list[Question]]:
        """What clients are asked, by the service's group."""
        found: dict[int, list[Question]] = defaultdict(list)
        for question in Question.objects.filter(is_active=True, service=None).order_by("pk"):
            found[question.group_id].append(question)
        return found
