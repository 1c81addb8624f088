"""What is counted for a provider. Everything belongs to one page, and so to one member."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Count as CountRows
from django.utils.translation import gettext_lazy as _

from engagements.models import Engagement, Review
from engagements.response_times import ResponseTime, response_times
from insights.performance.counts import Count, Days, Measure, Share, by_day, count, day_of
from insights.performance.spans import Window, midnight
from requests.models import Match, Proposal, ProposalStatus
from services.models import PageDay, ServicePage

DECIDED: Final = (ProposalStatus.ACCEPTED, ProposalStatus.DECLINED, ProposalStatus.NOT_CHOSEN)


IMPRESSIONS: Final = Measure(
    "impressions", _("Search impressions"), _("How often your page stood among the results of a search.")
)
VIEWS: Final = Measure(
    "views",
    _("Page views"),
    _("How often others opened your page. Your own visits and known robots are not counted."),
    of="impressions",
    share=_("of impressions"),
)
MATCHES: Final = Measure(
    "matches", _("Leads"), _("Requests that were matched to your page, and that you were told of.")
)
PROPOSALS: Final = Measure(
    "proposals",
    _("Proposals sent"),
    _("Proposals on the day on which you sent them, to leads and on the board."),
    of="matches",
    share=_("of leads"),
)
WINS: Final = Measure(
    "wins",
    _("Wins"),
    _("Proposals that were accepted, on that day; not those that were cancelled before work began."),
    of="proposals",
    share=_("of proposals"),
)
MEASURES: Final = (IMPRESSIONS, VIEWS, MATCHES, PROPOSALS, WINS)


@dataclass(frozen=True, slots=True)
class Performance:
    """The numbers of a page in a window and in the one before it, by measure and day."""

    window: Window
    days: Mapping[str, Days]
    response: ResponseTime
    """Of the days that its definition names, whatever the window."""

    def count(self, key: str) -> Count:
        """The sums of one measure."""
        return count(self.days[key], self.window)

    def share(self, measure: Measure) -> Share:
        """How many there are for each of the step before."""
        return Share(self.count(measure.key), self.count(measure.of))

    @property
    def win_rate(self) -> Share:
        """Of the proposals whose outcome came in the window, those that were accepted."""
        return Share(self.count("wins"), self.count("decided"))

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was counted, in the window or before."""
        return not any(any(days.values()) for days in self.days.values())


def performance(page: ServicePage, window: Window, *, now: datetime) -> Performance:
    """The page's numbers. Seven queries."""
    span = {"since": window.before, "until": window.until}
    impressions, views = _seen(page, window)
    wins, decided = _decided(page, window)
    days = {
        "impressions": impressions,
        "views": views,
        "matches": by_day(Match.objects.filter(page=page), "created_at", **span),
        "proposals": by_day(Proposal.objects.filter(page=page), "submitted_at", **span),
        "wins": wins,
        "decided": decided,
        "jobs": by_day(Engagement.objects.filter(provider_id=page.member_id, page=page), "completed_at", **span),
        "reviews": by_day(Review.objects.filter(page=page), "published_at", **span),
    }
    return Performance(window, days, response_times([page.pk], now=now).get(page.pk, ResponseTime()))


def nothing(window: Window) -> Performance:
    """The numbers of whoever has no page."""
    keys = (*(each.key for each in MEASURES), "decided", "jobs", "reviews")
    return Performance(window, {key: {} for key in keys}, ResponseTime())


def _seen(page: ServicePage, window: Window) -> tuple[Days, Days]:
    rows = PageDay.objects.filter(page=page, day__gte=window.before, day__lt=window.until)
    found = list(rows.values_list("day", "impressions", "views"))
    return {day: seen for day, seen, _opened in found}, {day: opened for day, _seen_, opened in found}


def _decided(page: ServicePage, window: Window) -> tuple[Days, Days]:
    """Accepted ones, and all whose outcome is known, by the day of the outcome."""
    rows = Proposal.objects.filter(
        page=page,
        status__in=DECIDED,
        decided_at__gte=midnight(window.before),
        decided_at__lt=midnight(window.until),
    )
    found = rows.order_by().annotate(on_day=day_of("decided_at")).values_list("on_day", "status")
    wins: dict[date, int] = {}
    decided: dict[date, int] = {}
    for day, status, number in found.annotate(number=CountRows("pk")):
        decided[day] = decided.get(day, 0) + number
        if status == ProposalStatus.ACCEPTED:
            wins[day] = number
    return wins, decided
