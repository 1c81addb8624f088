"""What is counted for a provider. Everything belongs to one page, and so to one member."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext_lazy as _

from engagements.response_times import ResponseTime, response_times
from insights.performance.counts import Count, Days, Measure, Share, count
from insights.performance.spans import Window, midnight
from requests.models import ProposalStatus
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
PLAIN: Final = ("matches", "proposals", "jobs", "reviews")
COUNTED: Final = """
SELECT 'matches', (created_at AT TIME ZONE 'UTC')::date AS day, '', count(*) FROM requests_match
    WHERE page_id = %(page)s AND created_at >= %(since)s AND created_at < %(until)s GROUP BY day
UNION ALL
SELECT 'proposals', (submitted_at AT TIME ZONE 'UTC')::date AS day, '', count(*) FROM requests_proposal
    WHERE page_id = %(page)s AND submitted_at >= %(since)s AND submitted_at < %(until)s GROUP BY day
UNION ALL
SELECT 'decided', (decided_at AT TIME ZONE 'UTC')::date AS day, status, count(*) FROM requests_proposal
    WHERE page_id = %(page)s AND decided_at >= %(since)s AND decided_at < %(until)s AND status = ANY(%(decided)s)
    GROUP BY day, status
UNION ALL
SELECT 'jobs', (completed_at AT TIME ZONE 'UTC')::date AS day, '', count(*) FROM engagements_engagement
    WHERE provider_id = %(member)s AND page_id = %(page)s
    AND completed_at >= %(since)s AND completed_at < %(until)s GROUP BY day
UNION ALL
SELECT 'reviews', (published_at AT TIME ZONE 'UTC')::date AS day, '', count(*) FROM engagements_review
    WHERE page_id = %(page)s AND published_at >= %(since)s AND published_at < %(until)s GROUP BY day
"""
"""All in one: each alone took as long to be put together as to be answered."""


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
    """The page's numbers. Three queries."""
    impressions, views = _seen(page, window)
    counted = _counted(page, window)
    decided = {day: sum(by_status.values()) for day, by_status in counted["decided"].items()}
    wins = {
        day: by_status[ProposalStatus.ACCEPTED]
        for day, by_status in counted["decided"].items()
        if ProposalStatus.ACCEPTED in by_status
    }
    plain = {key: {day: rows[""] for day, rows in counted[key].items()} for key in PLAIN}
    days = plain | {"impressions": impressions, "views": views, "wins": wins, "decided": decided}
    return Performance(window, days, response_times([page.pk], now=now).get(page.pk, ResponseTime()))


def nothing(window: Window) -> Performance:
    """The numbers of whoever has no page."""
    keys = (*(each.key for each in MEASURES), "decided", "jobs", "reviews")
    return Performance(window, {key: {} for key in keys}, ResponseTime())


def _seen(page: ServicePage, window: Window) -> tuple[Days, Days]:
    rows = PageDay.objects.filter(page=page, day__gte=window.before, day__lt=window.until)
    found = list(rows.values_list("day", "impressions", "views"))
    return {day: seen for day, seen, _opened in found}, {day: opened for day, _seen_, opened in found}


def _counted(page: ServicePage, window: Window) -> Mapping[str, Mapping[date, Mapping[str, int]]]:
    """By what was counted, day, and for proposals whose outcome is known by that. One query."""
    values: dict[str, Any] = {
        "page": page.pk,
        "member": page.member_id,
        "since": midnight(window.before),
        "until": midnight(window.until),
        "decided": list(DECIDED),
    }
    found: dict[str, dict[date, dict[str, int]]] = {key: {} for key in (*PLAIN, "decided")}
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, values)
        for key, day, status, number in cursor.fetchall():
            found[key].setdefault(day, {})[status] = number
    return found
