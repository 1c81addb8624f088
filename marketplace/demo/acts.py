"""What everybody who tells of one request needs: the request with its fate, the rows to add to, and chance."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from marketplace.demo.catalogue import Trade
from marketplace.demo.latest import Lead
from marketplace.demo.plots import Part, Plot
from marketplace.demo.telling import Rows
from marketplace.demo.world import World
from requests.models import Match, Proposal, ServiceRequest
from requests.moves import ACTIVE


@dataclass(slots=True)
class Act:
    """One request's story while it is told. ``until`` is when the last thing that counts for the request may happen;
    ``answers`` are the proposals with whose they are."""

    world: World
    number: int
    request: ServiceRequest
    rows: Rows
    rng: Random
    until: datetime
    matches: list[tuple[Match, Lead]] = field(default_factory=list)
    answers: list["Answer"] = field(default_factory=list)
    last: datetime | None = None
    """When something happened that keeps a request alive."""
    last_of_client: datetime | None = None

    @property
    def now(self) -> datetime:
        """What no time may be later than."""
        return self.world.now

    @property
    def plot(self) -> Plot:
        """The request's fate."""
        return self.world.plot(self.number)

    @property
    def trade(self) -> Trade:
        """The request's trade."""
        return self.world.trade_of[self.request.service_id]

    @property
    def is_active(self) -> bool:
        """Whether the request still looks for somebody."""
        return self.request.status in ACTIVE

    def part_of(self, lead: Lead) -> Part | None:
        """What the plot says that this provider does; None where it says nothing of her."""
        return self.plot.part if lead.page_id == self.world.provider.page.pk else None

    def later(self, moment: datetime, hours: float) -> datetime:
        """Some hours later (the mean), yet within the first two thirds of the time that is left."""
        left = max(timedelta(), self.until - moment)
        return moment + min(timedelta(hours=self.rng.expovariate(1 / hours)), left * self.rng.uniform(0.2, 0.66))

    def note_activity(self, moment: datetime, *, by_client: bool = False) -> None:
        """Something happened that starts the request's clocks again."""
        self.last = max(self.last or moment, moment)
        if by_client:
            self.last_of_client = max(self.last_of_client or moment, moment)


@dataclass(slots=True)
class Answer:
    """A proposal, whose it is, and who told what in its negotiation last."""

    proposal: Proposal
    lead: Lead

    @property
    def member_id(self) -> UUID:
        """The provider."""
        return self.lead.member_id
