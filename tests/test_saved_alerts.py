"""Alerts on saved searches, by the clock: what is told, to whom, and never twice."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from notifications.models import NotificationSettings
from services.actions import change_search, pause_page, publish_page, save_search, update_page
from services.models import Alert, SavedSearch, ServicePage
from services.saved.alerts import BATCH, SETTLED, sweep
from tests import factories
from tests.saved import MINUTE, told

pytestmark = pytest.mark.django_db


def test_a_new_page_is_told_once(
    saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime
) -> None:
    search, page = saved(), publish()
    publish(slug="plumber", title="Pipes and taps", services=[factories.make_service("pipe-mending")])
    assert sweep(now=start + MINUTE + SETTLED / 2) == 0  # what is published may still be under way
    assert sweep(now=start + MINUTE + SETTLED) == 1
    assert sweep(now=start + 5 * MINUTE) == 0
    assert told() == [[{"search": str(search.pk), "hits": [str(page.pk)], "count": 1}]]
    search.refresh_from_db()
    assert (search.new_count, search.checked_until) == (1, start + MINUTE)


def test_pages_from_before_are_not_new(
    saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime
) -> None:
    publish(-MINUTE)
    saved()
    assert sweep(now=start + 10 * MINUTE) == 0


def test_neither_a_change_nor_a_pause_makes_a_page_new(
    saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime
) -> None:
    old = publish(-MINUTE, slug="old", title="Pipes and taps", services=[factories.make_service("pipe-mending")])
    saved()
    page = publish()
    assert sweep(now=start + 2 * MINUTE) == 1
    for each in (page, old):
        pause_page(actor=each.member, page=each, now=start + 3 * MINUTE)
        update_page(actor=each.member, page=each, changes={"title": "More logos"}, now=start + 4 * MINUTE)
        publish_page(actor=each.member, page=each, now=start + 5 * MINUTE)
    assert sweep(now=start + 10 * MINUTE) == 0


def test_a_page_that_is_paused_again_is_not_told(
    saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime
) -> None:
    saved()
    page = publish()
    pause_page(actor=page.member, page=page, now=start + MINUTE)
    assert sweep(now=start + 2 * MINUTE) == 0


def test_a_page_that_was_paused_before_the_look_is_told_when_it_is_back_and_once(
    saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime
) -> None:
    search, daily = saved(), saved("q=linocut", Alert.DAILY)
    page = publish()
    pause_page(actor=page.member, page=page, now=start + MINUTE + SETTLED / 2)
    assert sweep(now=start + timedelta(days=1, minutes=1)) == 0
    publish_page(actor=page.member, page=page, now=start + timedelta(days=1, minutes=2))
    for days in (1, 3, 4):
        sweep(now=start + timedelta(days=days, minutes=3))
    pause_page(actor=page.member, page=page, now=start + timedelta(days=4, minutes=4))
    publish_page(actor=page.member, page=page, now=start + timedelta(days=4, minutes=5))
    assert sweep(now=start + timedelta(days=6)) == 0
    assert sorted(str(news["search"]) for found in told() for news in found) == sorted([str(search.pk), str(daily.pk)])


def test_one_that_comes_back_is_told_only_to_those_who_missed_it(
    saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime
) -> None:
    search, daily = saved(), saved("q=linocut", Alert.DAILY)
    page = publish()
    others = [publish(slug=f"logo-{number}") for number in range(25)]
    assert sweep(now=start + 2 * MINUTE) == 1
    for each in (page, others[0], others[-1]):
        pause_page(actor=each.member, page=each, now=start + 3 * MINUTE)
    assert sweep(now=start + timedelta(days=2)) == 1
    for each in (page, others[0], others[-1]):
        publish_page(actor=each.member, page=each, now=start + timedelta(days=2, minutes=1))
    assert sweep(now=start + timedelta(days=2, minutes=2)) == 0
    assert sweep(now=start + timedelta(days=4)) == 1
    assert [[(news["search"], news["count"]) for news in found] for found in told()] == [
        [(str(search.pk), 26)],
        [(str(daily.pk), 23)],
        [(str(daily.pk), 3)],
    ]


def test_the_own_page_is_not_told(
    saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime, clara: Member
) -> None:
    saved()
    publish(member=clara)
    assert sweep(now=start + 2 * MINUTE) == 0


@pytest.mark.parametrize(
    ("address", "finds"),
    [
        ("", True),
        ("q=linocut", True),
        ("q=logo+design", True),
        ("q=harpsichord+tuning", False),
        ("service=logo-design", True),
        ("service=logo-design&q=linocut", True),
        ("country=AT", True),
        ("country=DE", False),
        ("place=Vienna,+Austria&radius_km=30", True),
        ("place=Berlin,+Germany&radius_km=30", False),
        ("price=60&currency=EUR", True),
        ("price=40&currency=EUR", False),
        ("remote=true", True),
        ("min_rating=4", False),
        ("group=design-branding", True),
    ],
)
def test_it_finds_what_the_search_finds(
    saved: Callable[..., SavedSearch],
    publish: Callable[..., ServicePage],
    start: datetime,
    address: str,
    finds: bool,
) -> None:
    saved(address)
    publish(country="AT", city="Vienna", latitude=48.2, longitude=16.37)
    assert sweep(now=start + 2 * MINUTE) == int(finds)


def test_off_is_silent_and_looks_from_when_it_is_turned_on(
    saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime, clara: Member
) -> None:
    search = saved(alert=Alert.OFF)
    publish()
    assert sweep(now=start + 2 * MINUTE) == 0
    change_search(actor=clara, search=search, changes={"alert": "instant"}, now=start + 3 * MINUTE)
    assert sweep(now=start + 4 * MINUTE) == 0
    publish(5 * MINUTE, slug="later")
    assert sweep(now=start + 6 * MINUTE) == 1


def test_daily_comes_at_the_members_time_and_all_searches_together(
    publish: Callable[..., ServicePage], clara: Member, start: datetime
) -> None:
    clara.time_zone = "America/New_York"
    clara.save()
    NotificationSettings.objects.create(member=clara, daily_at=time(10, 30))
    morning = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # 7:00 there
    for address in ("q=logos", "service=logo-design", "q=harpsichord"):
        save_search(actor=clara, kind="pages", given=QueryDict(address), alert=Alert.DAILY, now=morning)
    due = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
    assert set(SavedSearch.objects.values_list("due_at", flat=True)) == {due}
    publish(first_published_at=morning + MINUTE)
    assert sweep(now=due - MINUTE) == 0
    assert sweep(now=due) == 2
    assert sweep(now=due + MINUTE) == 0
    assert [len(found) for found in told()] == [2]
    assert set(SavedSearch.objects.values_list("due_at", flat=True)) == {due + timedelta(days=1)}


def test_hours_without_a_sweep_lose_nothing(
    saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime
) -> None:
    saved()
    saved("q=linocut", Alert.DAILY)
    pages = [publish(number * MINUTE, slug=f"logo-{number}") for number in range(1, 25)]
    assert sweep(now=start + timedelta(days=3)) == 2
    first = told()[0][0]
    assert (first["count"], len(first["hits"])) == (24, 20)
    assert first["hits"][0] == str(pages[-1].pk)
    due = SavedSearch.objects.get(alert=Alert.DAILY).due_at
    assert due is not None
    assert start + timedelta(days=3) < due <= start + timedelta(days=4)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_once(
    saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime
) -> None:
    for number in range(5):
        saved(f"q=logos&min_rating=0&radius_km={number + 1}")
        saved(f"q=linocut&radius_km={number + 1}", Alert.DAILY)
    publish(rating_sum=5, rating_count=1)
    counts: list[int] = []
    ready = threading.Barrier(4)

    def run() -> None:
        try:
            ready.wait()
            counts.append(sweep(now=start + timedelta(days=2)))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [news["search"] for event in told() for news in event]
    assert len(counts) == 4
    assert (sum(counts), len(found), len(set(found))) == (10, 10, 10)


def test_nothing_published_costs_little_whatever_the_number(
    saved: Callable[..., SavedSearch], start: datetime, clara: Member
) -> None:
    saved()
    counts = []
    for now in (start + MINUTE, start + 2 * MINUTE):
        with CaptureQueriesContext(connection) as queries:
            assert sweep(now=now) == 0
        counts.append(len([each for each in queries if "SAVEPOINT" not in each["sql"]]))
        rows = [SavedSearch(**_values(clara, number, start)) for number in range(300)]
        SavedSearch.objects.bulk_create(rows, ignore_conflicts=True)
    assert counts[0] == counts[1] <= 6


def test_more_searches_than_one_transaction_takes(
    publish: Callable[..., ServicePage], start: datetime, clara: Member
) -> None:
    rows = [SavedSearch(**_values(clara, number, start)) for number in range(BATCH + 5)]
    SavedSearch.objects.bulk_create(rows)
    publish()
    assert sweep(now=start + 2 * MINUTE) == BATCH + 5
    assert sweep(now=start + 3 * MINUTE) == 0


def _values(member: Member, number: int, start: datetime) -> dict[str, Any]:
    address = f"radius_km={number + 1}&service=logo-design"
    return {"member": member, "kind": "pages", "name": "x", "address": address, "checked_until": start}
