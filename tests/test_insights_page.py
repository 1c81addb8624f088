"""The staff's page: ranges and groups by address, charts with tables and CSV, the funnel, and who may see it."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from insights.close import close_minutes
from insights.drawing.numbers import duration_text
from insights.drawing.scale import ticks
from insights.models import MilestoneDay, MilestoneTime, PageDay, RequestDay
from insights.progress import count_progress
from insights.ranges import RANGES
from marketplace.clock import utc_now
from requests import milestones
from requests.models import Match, Publication, RequestStatus, ServiceRequest
from services.models import Service, ServicePage
from tests import factories

MINUTE = timedelta(minutes=1)
LogIn = Callable[[Member | None], Client]


@pytest.fixture
def full(service: Service) -> Service:
    """A marketplace with two imported years of days, and some requests of its own."""
    now = utc_now().replace(second=0, microsecond=0)
    today = now.replace(hour=0, minute=0)
    RequestDay.objects.bulk_create(
        RequestDay(start=today - timedelta(days=back), group=group, requests=12_000 - 10 * back, imported=True)
        for back in range(1, 731)
        for group in (None, service.group)
    )
    PageDay.objects.bulk_create(
        PageDay(day=today - timedelta(days=back), pages=2000 - back, imported=True) for back in range(1, 731)
    )
    for minutes in (3, 5, 5.5, 40, 100):
        publish(service, now - minutes * MINUTE)
    close_minutes()
    return service


def publish(service: Service, moment: datetime, **fields: Any) -> ServiceRequest:
    """A request that was published then, counted."""
    request = factories.make_request(
        service=service, status=fields.pop("status", RequestStatus.OPEN), first_published_at=moment, **fields
    )
    Publication.objects.create(request_id=request.pk, service=service, group_id=service.group_id, published_at=moment)
    return request


def rows(browser: Client, address: str) -> list[dict[str, str]]:
    """The rows of a CSV."""
    answer = browser.get(address)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


@pytest.mark.parametrize("key", RANGES)
def test_each_range_has_an_address_a_chart_a_table_and_a_csv(
    key: str, ada: Member, full: Service, log_in: LogIn, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    browser = log_in(ada)
    browser.get("/insights/")
    with django_assert_max_num_queries(30):
        shown = browser.get(f"/insights/?range={key}").content.decode()
    assert f'<a href="?range={key}" aria-current="page">' in shown
    assert '<title id="rate-title">' in shown
    assert '<desc id="rate-text">' in shown
    assert 'aria-label="Table: ' in shown
    address = f"/insights/rate.csv?range={key}"
    assert address in shown.replace("&amp;", "&")
    expected = {"now": 31, "hour": 60, "day": 24, "month": 30, "years": 730, "year-on-year": 52}
    assert len(rows(browser, address)) == expected[key]


def test_the_csv_has_the_numbers_of_the_log(ada: Member, full: Service, log_in: LogIn) -> None:
    browser = log_in(ada)
    hour = rows(browser, "/insights/rate.csv?range=hour")
    assert sum(int(row["requests"]) for row in hour) == 4
    assert datetime.fromisoformat(hour[0]["start"]).utcoffset() == timedelta(0)
    of_group = rows(browser, f"/insights/rate.csv?range=hour&group={full.group.slug}")
    assert of_group == hour
    other = factories.make_group()
    assert sum(int(row["requests"]) for row in rows(browser, f"/insights/rate.csv?range=hour&group={other.slug}")) == 0
    groups = rows(browser, "/insights/groups.csv?range=hour")
    assert groups == [{"group": full.group.slug, "requests": "4"}]


def test_now_shows_the_minute_that_is_open(ada: Member, full: Service, log_in: LogIn) -> None:
    start = utc_now().replace(second=0, microsecond=0)
    publish(full, start)
    for query in ("", f"&group={full.group.slug}"):
        last = rows(log_in(ada), f"/insights/rate.csv?range=now{query}")[-1]
        assert int(last["requests"]) == Publication.objects.filter(published_at__gte=last["start"]).count()


def test_year_on_year_compares_the_same_days_of_the_week(ada: Member, full: Service, log_in: LogIn) -> None:
    weeks = rows(log_in(ada), "/insights/rate.csv?range=year-on-year")
    days = rows(log_in(ada), "/insights/rate.csv?range=years")
    by_day = {row["start"]: int(row["requests"]) for row in days}
    first = datetime.fromisoformat(weeks[-1]["start"])
    before = [(first - timedelta(weeks=52) + timedelta(days=number)) for number in range(7)]
    expected = sum(by_day[day.isoformat().replace("+00:00", "Z")] for day in before)
    assert int(weeks[-1]["requests_year_before"]) == expected
    change = float(weeks[-1]["change_percent"])
    assert change == pytest.approx((int(weeks[-1]["requests"]) / expected - 1) * 100, abs=0.06)
    assert 30 < change < 60


def test_the_funnel_counts_how_far_requests_got(
    ada: Member, service: Service, page: ServicePage, log_in: LogIn
) -> None:
    now = utc_now()
    published = [now - number * MINUTE for number in (10, 20, 30)]
    matched, viewed, awarded = (publish(service, moment) for moment in published)
    publish(service, now - 5 * MINUTE)
    publish(service, now - timedelta(days=40))
    for request, moment, seconds in zip((matched, viewed, awarded), published, (1, 2, 9), strict=True):
        told = moment + timedelta(seconds=seconds)
        Match.objects.create(request=request, page=page, rank=1, score=0.5, created_at=told)
    Match.objects.filter(request__in=[viewed, awarded]).update(viewed_at=now)
    ServiceRequest.objects.filter(pk=awarded.pk).update(status=RequestStatus.AWARDED)
    count_progress(now=now)
    count_progress(now=now)
    browser = log_in(ada)
    found = {row["milestone"]: int(row["requests"]) for row in rows(browser, "/insights/funnel.csv")}
    assert {key: found[key] for key in ("posted", "matched", "viewed", "awarded")} == {
        "posted": 4, "matched": 3, "viewed": 2, "awarded": 1,
    }  # fmt: skip
    time = MilestoneTime.objects.get(milestone="matched", group=None)
    assert [time.median, time.p95] == pytest.approx([2, 8.3])
    assert {row["seconds_below"]: row["requests"] for row in rows(browser, "/insights/time-matched.csv")} == {
        "2": "1", "5": "1", "10": "1",
    }  # fmt: skip
    assert rows(browser, "/insights/supply.csv") == [
        {"service": service.slug, "requests": "4", "pages": "1", "fill_rate_percent": "25.0"}
    ]
    shown = browser.get("/insights/").content.decode()
    assert "25.0 %" in shown
    assert "1 of 4 published requests were awarded" in shown
    assert "median; 95 % within 8.3 s" in shown
    other = factories.make_group()
    assert "0 of 0 published requests" in browser.get(f"/insights/?group={other.slug}").content.decode()


def test_a_milestone_of_another_app_is_one_registration(
    ada: Member, service: Service, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milestones, "_milestones", dict(milestones._milestones))
    milestones.register(
        milestones.Milestone(
            key="read", position=35, label=_("Read twice"), meaning=_("by the tests"),
            reached_at=F("updated_at"), duration_label=_("Time to second reading"),
        )
    )  # fmt: skip
    now = utc_now()
    publish(service, now - MINUTE, updated_at=now)
    count_progress(now=now)
    shown = log_in(ada).get("/insights/").content.decode()
    assert "Read twice: by the tests" in shown
    assert "Time to second reading" in shown
    assert [row["requests"] for row in rows(log_in(ada), "/insights/time-read.csv")] == ["1"]


def test_what_is_deleted_leaves_the_funnel(service: Service) -> None:
    request = publish(service, utc_now())
    count_progress(now=utc_now())
    assert milestones.POSTED.key in dict(_reached())
    request.delete()
    count_progress(now=utc_now())
    assert _reached() == []


def _reached() -> list[tuple[str, int]]:
    return list(MilestoneDay.objects.values_list("milestone", "requests"))


def test_an_empty_installation_has_a_page_too(ada: Member, log_in: LogIn) -> None:
    browser = log_in(ada)
    for key in RANGES:
        shown = browser.get(f"/insights/?range={key}").content.decode()
        assert "Nothing to show yet" in shown
    assert "no year before to compare with yet" in shown
    for key in ("rate", "groups", "pages", "funnel", "supply", "time-matched"):
        assert browser.get(f"/insights/{key}.csv").status_code == 200


@pytest.mark.parametrize(
    "query", ["range=week", "range=%00", "group=nothing", "group=%00", "group=%F0%9F%98%80", "range="]
)
def test_an_unknown_choice_shows_the_usual_one(query: str, ada: Member, log_in: LogIn) -> None:
    answer = log_in(ada).get(f"/insights/?{query}")
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert '<a href="?range=month" aria-current="page">' in answer.content.decode()


@pytest.mark.parametrize("key", ["nothing", "time-nothing", "time-posted"])
def test_an_unknown_csv_is_not_found(key: str, ada: Member, log_in: LogIn) -> None:
    assert log_in(ada).get(f"/insights/{key}.csv").status_code == 404


@pytest.mark.parametrize("address", ["/insights/", "/insights/rate.csv", "/insights/funnel.csv?range=day"])
def test_the_page_is_for_staff(sam: Member, log_in: LogIn, address: str) -> None:
    assert log_in(sam).get(address).status_code == 403
    assert log_in(None).get(address).headers["Location"].startswith("/accounts/login/")
    assert log_in(sam).post(address).status_code in (403, 405)


def test_names_are_no_formulas_in_the_csv(ada: Member, log_in: LogIn) -> None:
    group = factories.make_group("-sum")
    publish(factories.make_service(group=group), utc_now() - 2 * MINUTE)
    close_minutes()
    assert rows(log_in(ada), "/insights/groups.csv?range=hour")[0]["group"] == "'-sum"


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (0, [0, 1]),
        (1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (6, [0, 2, 4, 6]),
        (12, [0, 2.5, 5, 7.5, 10, 12.5]),
        (93, [0, 20, 40, 60, 80, 100]),
        (1_000_000, [0, 200_000, 400_000, 600_000, 800_000, 1_000_000]),
    ],
)
def test_axes_have_round_numbers(highest: float, expected: list[float]) -> None:
    assert ticks(highest) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("highest", "expected"),
    [(0, [0, 1]), (1, [0, 1]), (6, [0, 2, 4, 6]), (12, [0, 3, 6, 9, 12]), (93, range(0, 101, 20))],
)
def test_axes_of_counts_have_whole_numbers(highest: int, expected: list[int]) -> None:
    assert ticks(highest, whole=True) == list(expected)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.42, "0.42 s"), (1.84, "1.8 s"), (2, "2 s"), (59, "59 s"), (90, "1.5 min"), (7200, "2 h"), (259_200, "3 d")],
)
def test_durations_are_short(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text
