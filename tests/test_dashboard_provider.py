"""The provider's dashboard: numbers against rows made by hand, what waits for her, CSV, API, and who may see it."""

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
from insights.performance.provider.numbers import performance
from insights.performance.provider.waiting import waiting
from insights.performance.spans import MONTH, SPANS, WEEK, YEAR
from marketplace.clock import utc_now
from requests.models import Invitation, Match, MatchState, ProposalStatus, RequestStatus, ServiceRequest, Side
from services.models import PageDay, PageStatus, ServicePage
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[Member | None], Client]
Api = Callable[[Member | None], APIClient]
NOW = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)
TODAY = NOW.date()


def ago(days: int, hour: int = 12) -> datetime:
    """That many days before NOW, at that hour."""
    return datetime(2026, 3, 31, hour, tzinfo=UTC) - timedelta(days=days)


def match(page: ServicePage, moment: datetime, **fields: Any) -> Match:
    """A lead of the page."""
    wanted = {"status": RequestStatus.OPEN, "service": page.services.first()} | fields.pop("request", {})
    request = factories.make_request(**wanted)
    return Match.objects.create(request=request, page=page, rank=1, score=0.5, created_at=moment, **fields)


def proposal(page: ServicePage, sent: datetime, **fields: Any) -> ServiceRequest:
    """The request that the page answered at that moment."""
    request = factories.make_request(status=RequestStatus.OPEN, service=page.services.first())
    factories.make_proposal(request, page, submitted_at=sent, **fields)
    return request


class TestNumbers:
    def test_each_span_ends_today_and_is_as_long_as_the_one_before(self) -> None:
        for span in SPANS.values():
            window = span.window(NOW)
            assert window.last == TODAY
            assert (window.until - window.since).days == span.days == (window.since - window.before).days
            assert span.buckets(window)[-1] + timedelta(days=span.step) == window.until
        assert YEAR.days % 7 == 0

    def test_views_and_impressions_on_both_sides_of_the_borders(self, page: ServicePage) -> None:
        for days, views in ((0, 1), (6, 2), (7, 40), (13, 80), (14, 1000)):
            PageDay.objects.create(page=page, day=TODAY - timedelta(days=days), views=views, impressions=10 * views)
        PageDay.objects.create(page=page, day=TODAY + timedelta(days=1), views=5000, impressions=5000)
        PageDay.objects.create(page=factories.make_page(), day=TODAY, views=7000, impressions=7000)
        found = performance(page, WEEK.window(NOW), now=NOW)
        seen, impressions = found.count("views"), found.count("impressions")
        assert (seen.value, seen.before) == (3, 120)
        assert (impressions.value, impressions.before) == (30, 1200)
        assert seen.change == pytest.approx(3 / 120 - 1)

    def test_moments_count_on_their_day_in_utc(self, page: ServicePage) -> None:
        border = datetime(2026, 3, 25, tzinfo=UTC)
        for moment in (border, border - timedelta(microseconds=1), border - timedelta(days=7, microseconds=1)):
            match(page, moment)
            proposal(page, moment)
        found = performance(page, WEEK.window(NOW), now=NOW)
        for key in ("matches", "proposals"):
            assert (found.count(key).value, found.count(key).before) == (1, 1)
        assert found.days["matches"] == {date(2026, 3, 25): 1, date(2026, 3, 24): 1}

    def test_wins_and_win_rate_go_by_the_day_of_the_outcome(self, page: ServicePage) -> None:
        long_ago = ago(300)
        for status, decided in (
            (ProposalStatus.ACCEPTED, ago(1)),
            (ProposalStatus.DECLINED, ago(2)),
            (ProposalStatus.NOT_CHOSEN, ago(3)),
            (ProposalStatus.NOT_CHOSEN, ago(3)),
            (ProposalStatus.WITHDRAWN, ago(1)),
            (ProposalStatus.SUBMITTED, None),
            (ProposalStatus.ACCEPTED, ago(40)),
            (ProposalStatus.DECLINED, ago(41)),
        ):
            proposal(page, long_ago, status=status, decided_at=decided)
        found = performance(page, MONTH.window(NOW), now=NOW)
        assert (found.count("wins").value, found.count("wins").before) == (1, 1)
        assert (found.win_rate.value, found.win_rate.before) == (0.25, 0.5)
        assert found.win_rate.change == -0.25
        assert found.count("proposals").value == 0

    def test_drafts_are_no_proposals(self, page: ServicePage) -> None:
        request = factories.make_request(status=RequestStatus.OPEN)
        factories.make_proposal(request, page, status=ProposalStatus.DRAFT, created_at=ago(1))
        assert performance(page, WEEK.window(NOW), now=NOW).count("proposals").value == 0

    def test_nothing_before_has_no_change(self, page: ServicePage) -> None:
        match(page, ago(0))
        found = performance(page, WEEK.window(NOW), now=NOW)
        assert found.count("matches").change is None
        assert found.count("views").change is None
        assert found.win_rate.value is None

    def test_the_response_time_is_the_median_that_clients_see(self, page: ServicePage) -> None:
        for minutes in (10, 20, 60):
            told = ago(3)
            answered = told + timedelta(minutes=minutes)
            match(page, told, notified_at=told, declined_at=answered, state=MatchState.DECLINED)
        response = performance(page, WEEK.window(NOW), now=NOW).response
        assert (response.seconds, response.cases) == (20 * 60, 3)

    def test_jobs_and_reviews(self, page: ServicePage) -> None:
        factories.make_review(page, 4, published_at=ago(2))
        factories.make_review(page, 5, published_at=ago(9))
        found = performance(page, WEEK.window(NOW), now=NOW)
        assert (found.count("jobs").value, found.count("jobs").before) == (1, 1)
        assert (found.count("reviews").value, found.count("reviews").before) == (1, 1)


class TestWaiting:
    def kinds(self, page: ServicePage, now: datetime = NOW) -> dict[str, int]:
        """How many there are of each kind, without the advice about the page."""
        return {task.kind.key: task.count for task in waiting(page, now=now) if task.kind.key != "advice"}

    def test_leads_that_can_still_be_answered(self, page: ServicePage) -> None:
        match(page, ago(1))
        match(page, ago(29), state=MatchState.VIEWED)
        for fields in (
            {"state": MatchState.DECLINED},
            {"state": MatchState.PROPOSED},
            {"request": {"status": RequestStatus.IN_REVIEW}},
            {"request": {"visibility": "invited"}},
        ):
            match(page, ago(1), **fields)
        match(page, ago(31))
        match(factories.make_page(), ago(1))
        assert self.kinds(page) == {"lead": 2}

    def test_only_the_first_three_are_named(self, page: ServicePage) -> None:
        for days in range(5):
            match(page, ago(days), request={"title": f"Lead of {days}"})
        (leads,) = (task for task in waiting(page, now=NOW) if task.kind.key == "lead")
        assert [item.title for item in leads.items] == ["Lead of 0", "Lead of 1", "Lead of 2"]
        assert (leads.count, leads.more) == (5, 2)

    def test_invitations_until_they_are_answered_or_declined(self, page: ServicePage) -> None:
        requests = [factories.make_request(status=RequestStatus.OPEN, visibility="invited") for _ in range(4)]
        Invitation.objects.bulk_create(Invitation(request=each, page=page) for each in requests)
        factories.make_proposal(requests[0], page)
        Match.objects.create(request=requests[1], page=page, rank=1, score=1, state=MatchState.DECLINED)
        factories.make_proposal(requests[2], page, status=ProposalStatus.WITHDRAWN)
        assert self.kinds(page) == {"invitation": 2}

    def test_counter_offers_of_clients(self, page: ServicePage) -> None:
        proposal(page, ago(1), offered_by=Side.CLIENT)
        proposal(page, ago(1), offered_by=Side.PROVIDER)
        proposal(page, ago(1), offered_by=Side.CLIENT, status=ProposalStatus.DECLINED)
        assert self.kinds(page) == {"counter": 1}

    def test_engagements_and_reviews(self, clara: Member, page: ServicePage) -> None:
        under_way: dict[str, Any] = {"status": EngagementStatus.UNDER_WAY, "started_at": ago(5)}
        marked: dict[str, Any] = under_way | {"completion_due_at": ago(-3), "completion_marked_at": ago(1)}
        factories.make_engagement(clara, page)
        factories.make_engagement(clara, page, **under_way)
        factories.make_engagement(clara, page, **marked, completion_by=Side.CLIENT)
        factories.make_engagement(clara, page, **marked, completion_by=Side.PROVIDER)
        factories.make_engagement(clara, page, completed_at=ago(1))
        factories.make_engagement(clara, page, completed_at=ago(20))
        factories.make_review(page, client=clara, published_at=ago(1))
        assert self.kinds(page) == {"begin": 1, "complete": 1, "confirm": 1, "review": 1}

    @pytest.mark.parametrize("status", [PageStatus.PAUSED, PageStatus.DRAFT])
    def test_a_page_that_nobody_finds(self, status: str, page: ServicePage) -> None:
        ServicePage.objects.filter(pk=page.pk).update(status=status)
        page.refresh_from_db()
        assert waiting(page, now=NOW)[0].kind.key == status


class TestPage:
    @pytest.fixture
    def busy(self, page: ServicePage) -> ServicePage:
        """A page with numbers of two spans up to the present day."""
        now = utc_now()
        for days in range(60):
            PageDay.objects.create(
                page=page, day=now.date() - timedelta(days=days), views=3 if days < 30 else 2, impressions=50
            )
        for days in range(8):
            match(page, now - timedelta(days=days))
        proposal(page, now, offered_by=Side.CLIENT)
        return page

    def test_tiles_charts_and_tasks_without_javascript(self, busy: ServicePage, paul: Member, log_in: LogIn) -> None:
        shown = log_in(paul).get("/dashboard/").content.decode()
        assert '<dt class="stat__label">Page views</dt><dd class="stat__value">90</dd>' in shown
        assert "+50 %" in shown
        assert "60 in the 30 days before" in shown
        assert "none in the 30 days before" in shown
        for key in ("seen", "won", "steps"):
            assert f'<title id="{key}-title">' in shown
            assert f'href="/dashboard/{key}.csv?range=30d"' in shown
        assert "Counter-offers to answer" in shown
        assert "5 more" in shown
        assert "All days are days in UTC" in shown
        assert "within about a minute" in shown

    @pytest.mark.parametrize("key", SPANS)
    def test_the_csv_says_what_the_table_says(self, key: str, busy: ServicePage, paul: Member, log_in: LogIn) -> None:
        browser = log_in(paul)
        shown = browser.get(f"/dashboard/?as=provider&range={key}").content.decode()
        assert f'range={key}" aria-current="page"' in shown
        answer = browser.get(f"/dashboard/seen.csv?range={key}")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        rows = list(csv.reader(io.StringIO(answer.content.decode())))[1:]
        assert len(rows) == SPANS[key].days / SPANS[key].step
        for _day, impressions, views in rows:
            assert f'<td class="number">{impressions}</td><td class="number">{views}</td>' in shown
        assert sum(int(row[2]) for row in rows) == {"7d": 21, "30d": 90}.get(key, 150)

    def test_the_number_of_queries_is_fixed(
        self, busy: ServicePage, paul: Member, log_in: LogIn, django_assert_max_num_queries: Callable[..., Any]
    ) -> None:
        browser = log_in(paul)
        browser.get("/dashboard/")
        for days in range(20):
            match(busy, utc_now() - timedelta(days=days))
            proposal(busy, utc_now(), offered_by=Side.CLIENT)
            factories.make_engagement(None, busy)
        with django_assert_max_num_queries(18):
            browser.get("/dashboard/")

    def test_without_a_page(self, sam: Member, log_in: LogIn) -> None:
        browser = log_in(sam)
        shown = browser.get("/dashboard/").content.decode()
        assert "You have no service page yet" in shown
        assert browser.get("/dashboard/seen.csv").status_code == 404

    def test_with_nothing_counted(self, page: ServicePage, paul: Member, log_in: LogIn) -> None:
        assert "Nothing was counted yet" in log_in(paul).get("/dashboard/").content.decode()

    def test_strangers_see_their_own_and_others_nothing(self, busy: ServicePage, sam: Member, log_in: LogIn) -> None:
        factories.make_page(sam)
        own = log_in(sam).get(f"/dashboard/seen.csv?page={busy.pk}").content.decode()
        assert all(row.endswith(",0,0") for row in own.split()[1:])
        for address in ("/dashboard/", "/dashboard/seen.csv", "/dashboard/months.csv"):
            answer = log_in(None).get(address)
            assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/accounts/login/")
            assert log_in(sam).post(address).status_code == 405

    def test_unknown_charts_and_ranges(self, busy: ServicePage, paul: Member, log_in: LogIn) -> None:
        assert log_in(paul).get("/dashboard/other.csv").status_code == 404
        shown = log_in(paul).get("/dashboard/?range=nonsense&as=nobody").content.decode()
        assert 'range=30d" aria-current="page"' in shown

    def test_ways_lead_to_it(self, page: ServicePage, paul: Member, log_in: LogIn) -> None:
        browser = log_in(paul)
        assert 'href="/dashboard/"' in browser.get("/").content.decode()
        assert "/dashboard/?as=provider" in browser.get("/requests/leads/").content.decode()
        factories.make_request(paul)
        assert "/dashboard/?as=client" in browser.get("/requests/").content.decode()


class TestApi:
    def test_numbers(self, page: ServicePage, paul: Member, api: Api) -> None:
        today = utc_now().date()
        PageDay.objects.create(page=page, day=today, views=4, impressions=9)
        PageDay.objects.create(page=page, day=today - timedelta(days=7), views=2, impressions=0)
        match(page, utc_now())
        answer = api(paul).get("/api/v1/me/performance/?range=7d").json()
        assert answer["views"] == {"value": 4, "before": 2, "change": 1.0}
        assert answer["impressions"] == {"value": 9, "before": 0, "change": None}
        assert (answer["range"], answer["last"], len(answer["days"])) == ("7d", today.isoformat(), 7)
        assert answer["days"][-1] == {
            "day": today.isoformat(),
            "impressions": 9,
            "views": 4,
            "matches": 1,
            "proposals": 0,
            "wins": 0,
        }
        lead = next(task for task in answer["waiting"] if task["kind"] == "lead")
        assert (lead["count"], lead["items"][0]["title"]) == (1, "Help with our new shop")

    def test_without_a_page(self, sam: Member, api: Api) -> None:
        answer = api(sam).get("/api/v1/me/performance/").json()
        assert (answer["page"], answer["views"]["value"], answer["waiting"]) == (None, 0, [])
        assert (answer["range"], len(answer["days"])) == ("30d", 30)

    @pytest.mark.parametrize("path", ["performance", "requests-summary"])
    def test_refusals(self, path: str, sam: Member, api: Api) -> None:
        address = f"/api/v1/me/{path}/"
        assert api(None).get(address).status_code == 401
        for query in ("range=1d", "range=", "member=1", "page=1"):
            answer = api(sam).get(f"{address}?{query}")
            assert answer.status_code == 400
            assert query.split("=")[0] in answer.json()["fields"]
        assert api(sam).post(address).status_code == 405
