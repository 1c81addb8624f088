"""What is counted for a client."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any, Final

from django.db.models import Count as CountRows
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from engagements.models import Engagement, EngagementStatus
from insights.performance.counts import Count, Days, Measure, by_day, count
from insights.performance.spans import Window, midnight
from requests.milestones import MATCHED, PROPOSED, Milestone
from requests.models import PriceType, Proposal, RequestStatus, ServiceRequest

MONTHS: Final = 12
STOOD: Final = ~Q(status=EngagementStatus.CANCELLED, started_at__isnull=True)
"""Engagements that came about: not those that were cancelled before work began."""


REQUESTS: Final = Measure("requests", _("Requests posted"), _("On the day on which they were first published."))
PROPOSALS: Final = Measure(
    "proposals", _("Proposals received"), _("On the day on which they were sent, withdrawn ones too.")
)
HIRED: Final = Measure("hired", _("Hired"), _("Agreements, except those that were cancelled before work began."))
MEASURES: Final = (REQUESTS, PROPOSALS, HIRED)


@dataclass(frozen=True, slots=True)
class Wait:
    """How long it took: the median in seconds (None without cases), and the number of cases."""

    seconds: float | None
    cases: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed in one currency: the sum of fixed prices in minor units, and how many agreements of each kind."""

    currency: str
    fixed_sum: int
    fixed: int
    hourly: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers of a client in a window, in the one before, and in the last twelve months."""

    window: Window
    months: Sequence[date]
    """The first days of the last twelve months, the present one among them."""
    days: Mapping[str, Days]
    first_match: Wait
    first_proposal: Wait
    agreed: Sequence[Agreed]
    states: Mapping[str, int]
    """Requests of all times by their state."""

    def count(self, key: str) -> Count:
        """The sums of one measure."""
        return count(self.days[key], self.window)

    @property
    def open(self) -> int:
        """Requests that providers can see and answer, or that wait for the client's decision."""
        return self.states.get(RequestStatus.OPEN, 0) + self.states.get(RequestStatus.IN_REVIEW, 0)

    @property
    def is_empty(self) -> bool:
        """Whether the member has never begun a request."""
        return not self.states


def summary(member: Member, window: Window) -> Summary:
    """The member's numbers as a client. Seven queries."""
    months = last_months(window.last)
    span = {"since": min(window.before, months[0]), "until": window.until}
    mine = ServiceRequest.objects.filter(client=member)
    engagements = Engagement.objects.filter(STOOD, client=member)
    states = mine.order_by().values_list("status").annotate(number=CountRows("pk"))
    return Summary(
        window=window,
        months=months,
        days={
            "requests": by_day(mine, "first_published_at", **span),
            "proposals": by_day(Proposal.objects.filter(request__client=member), "submitted_at", **span),
            "hired": by_day(engagements, "agreed_at", **span),
        },
        first_match=_wait(member, MATCHED, window),
        first_proposal=_wait(member, PROPOSED, window),
        agreed=_agreed(member, window),
        states=dict(states),
    )


def last_months(day: date) -> list[date]:
    """The first days of twelve months, up to that of ``day``."""
    present = day.year * 12 + day.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(present - MONTHS + 1, present + 1)]


def _wait(member: Member, milestone: Milestone, window: Window) -> Wait:
    """From publication to the milestone, of the requests first published in the window that got so far."""
    since, until = window.moments
    rows = ServiceRequest.objects.filter(client=member, first_published_at__gte=since, first_published_at__lt=until)
    reached = rows.order_by().annotate(reached=milestone.reached_at).filter(reached__isnull=False)
    pairs: Iterable[tuple[Any, datetime]] = reached.values_list("first_published_at", "reached")
    seconds = [max(0.0, (moment - published).total_seconds()) for published, moment in pairs]
    return Wait(median(seconds) if seconds else None, len(seconds))


def _agreed(member: Member, window: Window) -> list[Agreed]:
    """By currency, the ones with most agreements first. Hourly prices have no sum."""
    rows = Engagement.objects.filter(
        STOOD, client=member, agreed_at__gte=midnight(window.since), agreed_at__lt=midnight(window.until)
    )
    is_fixed = Q(price_type=PriceType.FIXED)
    found = (
        rows.order_by()
        .values_list("currency")
        .annotate(
            fixed_sum=Sum("amount", filter=is_fixed, default=0),
            fixed=CountRows("pk", filter=is_fixed),
            hourly=CountRows("pk", filter=~is_fixed),
        )
    )
    return sorted((Agreed(*row) for row in found), key=lambda each: (-each.fixed - each.hourly, each.currency))
