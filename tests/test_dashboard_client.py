"""The client's dashboard: numbers against rows made by hand, what waits for her, CSV and API."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Member
from engagements.models import EngagementStatus
from insights.performance.client.numbers import Agreed, last_months, summary
from insights.performance.client.waiting import waiting
from insights.performance.counts import Count
from insights.performance.spans import MONTH, WEEK
from insights.performance.tiles import count_tile
from marketplace.clock import utc_now
from requests.models import Match, PriceType, ProposalStatus, ProposalTerms, RequestStatus, ServiceRequest, Side
from services.models import ServicePage
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[Member | None], Client]
NOW = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def ago(days: int) -> datetime:
    """That many days before NOW."""
    return NOW - timedelta(days=days)


def posted(client: Member, moment: datetime, **fields: Any) -> ServiceRequest:
    """A request of the client, published then."""
    values: dict[str, Any] = {"status": RequestStatus.OPEN, "first_published_at": moment} | fields
    return factories.make_request(client, **values)


class TestNumbers:
    def test_requests_proposals_and_hires_on_both_sides_of_the_borders(self, clara: Member, page: ServicePage) -> None:
        border = datetime(2026, 3, 25, tzinfo=UTC)
        for moment in (border, border - timedelta(microseconds=1), border - timedelta(days=8)):
            factories.make_proposal(posted(clara, moment), page, submitted_at=moment)
            factories.make_engagement(clara, page, agreed_at=moment)
        ServiceRequest.objects.filter(status=RequestStatus.AWARDED).update(first_published_at=ago(300))
        found = summary(clara, WEEK.window(NOW))
        for key in ("requests", "hired"):
            assert (found.count(key).value, found.count(key).before) == (1, 1)
        proposals = found.count("proposals")
        assert (proposals.value, proposals.before, proposals.change) == (1, 1, 0)

    def test_what_others_post_and_receive_does_not_count(self, clara: Member, sam: Member, page: ServicePage) -> None:
        factories.make_proposal(posted(sam, ago(1)), page, submitted_at=ago(1))
        factories.make_engagement(sam, page, agreed_at=ago(1))
        found = summary(clara, WEEK.window(NOW))
        assert found.is_empty
        assert [found.count(key).value for key in ("requests", "proposals", "hired")] == [0, 0, 0]
        assert found.agreed == []

    def test_median_times(self, clara: Member, page: ServicePage) -> None:
        for hours in (1, 3, 11):
            request = posted(clara, ago(3))
            for more in (0, 5):
                other = page if not more else factories.make_page()
                moment = ago(3) + (hours + more) * HOUR
                Match.objects.create(request=request, page=other, rank=1, score=1, created_at=moment)
                factories.make_proposal(request, other, submitted_at=moment + 2 * HOUR)
        posted(clara, ago(2))
        old = posted(clara, ago(50))
        Match.objects.create(request=old, page=page, rank=1, score=1, created_at=ago(50) + HOUR)
        found = summary(clara, MONTH.window(NOW))
        assert (found.first_match.seconds, found.first_match.cases) == (3 * 3600, 3)
        assert (found.first_proposal.seconds, found.first_proposal.cases) == (5 * 3600, 3)
        assert summary(clara, WEEK.window(ago(-60))).first_match.seconds is None

    def test_amounts_by_currency(self, clara: Member, page: ServicePage) -> None:
        for amount, currency, price_type in (
            (10_000, "EUR", PriceType.FIXED),
            (5_050, "EUR", PriceType.FIXED),
            (4_000, "EUR", PriceType.HOURLY),
            (7_000, "JPY", PriceType.FIXED),
        ):
            factories.make_engagement(
                clara, page, amount=amount, currency=currency, price_type=price_type, agreed_at=ago(2)
            )
        factories.make_engagement(clara, page, agreed_at=ago(40))
        cancelled: dict[str, Any] = {"status": EngagementStatus.CANCELLED, "cancelled_at": ago(1)}
        cancelled |= {"cancelled_by": Side.CLIENT, "cancel_reason": "other", "agreed_at": ago(2)}
        factories.make_engagement(clara, page, **cancelled)
        factories.make_engagement(clara, page, **cancelled, started_at=ago(1), amount=1, currency="USD")
        found = summary(clara, MONTH.window(NOW))
        assert found.agreed == [Agreed("EUR", 15_050, 2, 1), Agreed("JPY", 7_000, 1, 0), Agreed("USD", 1, 1, 0)]
        assert (found.count("hired").value, found.count("hired").before) == (5, 1)

    def test_twelve_months(self) -> None:
        months = last_months(date(2026, 3, 31))
        assert (months[0], months[-1], len(months)) == (date(2025, 4, 1), date(2026, 3, 1), 12)
        assert last_months(date(2026, 12, 1))[0] == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("value", "before", "change", "tone"),
    [(3, 2, "+50 %", "up"), (1, 2, "−50 %", "down"), (5, 5, "no change", ""), (5, 0, "", ""), (0, 5, "−100 %", "down")],
)
def test_a_tile_says_what_changed(value: int, before: int, change: str, tone: str) -> None:
    tile = count_tile("Hired", Count(value, before), WEEK)
    assert (tile.value, tile.change, tile.tone) == (str(value), change, tone)
    assert tile.note == f"{before or 'none'} in the 7 days before"


class TestWaiting:
    def test_each_proposal_is_of_one_kind(self, clara: Member, sam: Member, page: ServicePage) -> None:
        unviewed = posted(clara, ago(1))
        factories.make_proposal(unviewed, page)
        factories.make_proposal(posted(clara, ago(1)), page, viewed_at=ago(1), status=ProposalStatus.SHORTLISTED)
        countered = factories.make_proposal(posted(clara, ago(1)), page, viewed_at=ago(1))
        for number, side in ((2, Side.CLIENT), (3, Side.PROVIDER)):
            ProposalTerms.objects.create(
                proposal=countered, number=number, offered_by=side, price_type="fixed", amount=1, currency="EUR"
            )
        factories.make_proposal(posted(clara, ago(1)), page, viewed_at=ago(1), offered_by=Side.CLIENT)
        factories.make_proposal(posted(clara, ago(1)), page, status=ProposalStatus.DRAFT)
        factories.make_proposal(posted(clara, ago(1), status=RequestStatus.EXPIRED), page)
        factories.make_proposal(posted(sam, ago(1)), page)
        found = {task.kind.key: task for task in waiting(clara, now=NOW)}
        assert {key: task.count for key, task in found.items()} == {"counter": 1, "unviewed": 1, "undecided": 1}
        assert found["counter"].items[0].url == f"/proposals/{countered.pk}/"
        assert found["unviewed"].items[0].who == "Paul Provider"

    def test_engagements_reviews_and_drafts(self, clara: Member, page: ServicePage) -> None:
        factories.make_request(clara, title="")
        factories.make_engagement(clara, page)
        marked: dict[str, Any] = {"status": EngagementStatus.UNDER_WAY, "started_at": ago(5)}
        marked |= {"completion_due_at": ago(-3), "completion_marked_at": ago(1)}
        factories.make_engagement(clara, page, **marked, completion_by=Side.PROVIDER)
        factories.make_engagement(clara, page, **marked, completion_by=Side.CLIENT)
        factories.make_engagement(clara, page, completed_at=ago(1))
        found = {task.kind.key: task.count for task in waiting(clara, now=NOW)}
        assert found == {"confirm": 1, "review": 1, "draft": 1}


class TestPage:
    def test_numbers_and_csv_agree(self, clara: Member, page: ServicePage, log_in: LogIn) -> None:
        now = utc_now()
        for number in range(3):
            request = posted(clara, now)
            if number:
                factories.make_proposal(request, page)
        factories.make_engagement(clara, page, amount=123_400, currency="EUR")
        browser = log_in(clara)
        shown = browser.get("/dashboard/").content.decode()
        assert 'as=client&amp;range=30d" aria-current="page">As a client' in shown
        assert '<dt class="stat__label">Open requests</dt><dd class="stat__value">3</dd>' in shown
        assert "1,234" in shown
        assert "New proposals" in shown
        rows = list(csv.reader(io.StringIO(browser.get("/dashboard/months.csv").content.decode())))
        assert rows[0] == ["month", "requests", "proposals", "hired"]
        assert rows[-1] == [f"{now:%Y-%m}", "4", "3", "1"]
        assert len(rows) == 13
        cells = "".join(f'<td class="number">{value}</td>' for value in rows[-1][1:])
        assert cells in shown

    def test_agreed_amounts_have_a_table_and_a_csv(self, clara: Member, page: ServicePage, log_in: LogIn) -> None:
        browser = log_in(clara)
        factories.make_request(clara)
        assert "/dashboard/agreed.csv" not in browser.get("/dashboard/").content.decode()
        for amount, currency, kind in (
            (15_050, "EUR", "fixed"),
            (4_000, "EUR", "hourly"),
            (7_000, "JPY", "fixed"),
        ):
            factories.make_engagement(clara, page, amount=amount, currency=currency, price_type=kind)
        shown = browser.get("/dashboard/").content.decode()
        assert '<th scope="row">EUR</th><td class="number">€150.50</td><td class="number">1</td>' in shown
        assert "/dashboard/agreed.csv?range=30d" in shown
        rows = list(csv.reader(io.StringIO(browser.get("/dashboard/agreed.csv").content.decode())))
        assert rows == [
            ["currency", "fixed_sum", "fixed", "hourly"],
            ["EUR", "150.5", "1", "1"],
            ["JPY", "7000", "1", "0"],
        ]

    def test_the_amounts_of_others_are_not_in_it(
        self, clara: Member, sam: Member, page: ServicePage, log_in: LogIn
    ) -> None:
        factories.make_engagement(clara, page)
        rows = log_in(sam).get("/dashboard/agreed.csv").content.decode().splitlines()
        assert rows == ["currency,fixed_sum,fixed,hourly"]
        assert log_in(None).get("/dashboard/agreed.csv")["Location"].startswith("/accounts/login/")

    def test_the_number_of_queries_is_fixed(
        self, clara: Member, page: ServicePage, log_in: LogIn, django_assert_max_num_queries: Callable[..., Any]
    ) -> None:
        posted(clara, utc_now())
        browser = log_in(clara)
        browser.get("/dashboard/?as=client")
        for _each in range(12):
            factories.make_proposal(posted(clara, utc_now()), page)
            factories.make_engagement(clara, page, completed_at=utc_now())
            factories.make_request(clara)
        with django_assert_max_num_queries(17):
            browser.get("/dashboard/?as=client")

    def test_without_requests(self, sam: Member, log_in: LogIn) -> None:
        assert "No requests yet" in log_in(sam).get("/dashboard/?as=client").content.decode()

    def test_the_side_that_has_something_comes_first(
        self, clara: Member, paul: Member, page: ServicePage, log_in: LogIn
    ) -> None:
        for member, client in ((clara, True), (paul, False)):
            posted(member, utc_now())
            shown = log_in(member).get("/dashboard/").content.decode()
            assert ('aria-current="page">As a client' in shown) == client


def test_the_api_says_the_same(clara: Member, page: ServicePage, api: Callable[[Member], APIClient]) -> None:
    factories.make_proposal(posted(clara, utc_now() - HOUR), page)
    factories.make_engagement(clara, page, amount=700, currency="JPY")
    answer = api(clara).get("/api/v1/me/requests-summary/?range=12m").json()
    assert (answer["open"], answer["requests"]) == (1, {"value": 2, "before": 0, "change": None})
    assert answer["agreed"] == [{"currency": "JPY", "fixed_sum": 700, "fixed": 1, "hourly": 0}]
    assert answer["first_match"] == {"seconds": None, "cases": 0}
    assert answer["first_proposal"]["cases"] == 2
    assert answer["months"][-1]["hired"] == 1
    assert {task["kind"]: task["count"] for task in answer["waiting"]} == {"unviewed": 1}
