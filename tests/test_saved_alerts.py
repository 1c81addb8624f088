"""Alerts on saved searches, by the clock: what is told, to whom, and never twice."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from accounts.actions.blocks import block_member
from accounts.models import Member
from marketplace.clock import utc_now
from notifications.fan_out import fan_out
from notifications.mail.compose import single
from notifications.models import Event, Notification, NotificationSettings
from notifications.readers import load_readers
from requests.actions import edit_request
from requests.models import ServiceRequest
from services.actions import change_search, pause_page, publish_page, save_search, update_page
from services.models import Alert, SavedSearch, Service, ServicePage
from services.saved.alerts import BATCH, SETTLED, sweep
from services.saved.topics import TOPIC
from tests import factories

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
LOGO = {"slug": "new-logos", "title": "Logos in linocut"}


@pytest.fixture
def start() -> datetime:
    """A moment of an hour ago, so that what happens after it lies before the present of the index."""
    return utc_now() - timedelta(hours=1)


@pytest.fixture
def saved(clara: Member, start: datetime) -> Callable[..., SavedSearch]:
    """Saves a search of Clara's."""

    def save(address: str = "q=logos", alert: str = Alert.INSTANT, **changes: Any) -> SavedSearch:
        values: dict[str, Any] = {"actor": clara, "kind": "pages", "now": start} | changes
        return save_search(given=QueryDict(address), alert=alert, **values)

    return save


@pytest.fixture
def publish(service: Service, start: datetime) -> Callable[..., ServicePage]:
    """Publishes a page that offers logo design, some time after the start."""

    def publish(after: timedelta = MINUTE, member: Member | None = None, **fields: Any) -> ServicePage:
        at = start + after
        values: dict[str, Any] = LOGO | {"services": [service], "first_published_at": at, "published_at": at} | fields
        return factories.make_page(member, **values)

    return publish


def told() -> list[list[dict[str, Any]]]:
    """What the events say, oldest first."""
    return [event.data["found"] for event in Event.objects.filter(kind="saved_search.news").order_by("created_at")]


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


class TestBoard:
    """Saved searches of providers."""

    @pytest.fixture
    def post(self, clara: Member, service: Service, start: datetime) -> Callable[..., ServiceRequest]:
        def post(after: timedelta = MINUTE, client: Member | None = None, **fields: Any) -> ServiceRequest:
            values = {"status": "open", "visibility": "board", "first_published_at": start + after} | fields
            return factories.make_request(client or clara, service=service, title="A logo for us", **values)

        return post

    def test_a_new_request_is_told_once_to_others(
        self,
        saved: Callable[..., SavedSearch],
        post: Callable[..., ServiceRequest],
        paul: Member,
        clara: Member,
        start: datetime,
    ) -> None:
        search = saved("q=logo", kind="board", actor=paul)
        saved("q=logo", kind="board", actor=clara)
        request = post()
        post(visibility="matched")
        post(status="closed", close_reason="other")
        assert sweep(now=start + 2 * MINUTE) == 1
        ServiceRequest.objects.filter(pk=request.pk).update(published_at=start + 3 * MINUTE)  # as reopening does
        assert sweep(now=start + 4 * MINUTE) == 0
        assert told() == [[{"search": str(search.pk), "hits": [str(request.pk)], "count": 1}]]

    def test_one_that_is_moved_to_the_board_later_is_told_once(
        self,
        saved: Callable[..., SavedSearch],
        post: Callable[..., ServiceRequest],
        paul: Member,
        clara: Member,
        start: datetime,
    ) -> None:
        search = saved("q=logo", kind="board", actor=paul)
        request = post(visibility="matched")
        assert sweep(now=start + 2 * MINUTE) == 0
        move = partial(edit_request, actor=clara, request=request)
        for minutes, visibility in ((3, "board"), (5, "matched"), (7, "board")):
            move(changes={"visibility": visibility}, now=start + minutes * MINUTE)
            sweep(now=start + (minutes + 1) * MINUTE)
        assert told() == [[{"search": str(search.pk), "hits": [str(request.pk)], "count": 1}]]

    def test_a_draft_that_becomes_public_is_new_when_it_is_posted(
        self,
        saved: Callable[..., SavedSearch],
        post: Callable[..., ServiceRequest],
        paul: Member,
        clara: Member,
        start: datetime,
    ) -> None:
        saved("q=logo", kind="board", actor=paul)
        draft = post(status="draft", visibility="matched", first_published_at=None)
        edit_request(actor=clara, request=draft, changes={"visibility": "board"}, now=start + MINUTE)
        draft.refresh_from_db()
        assert draft.moved_to_board_at is None
        assert sweep(now=start + 2 * MINUTE) == 0

    def test_nothing_of_those_whom_a_block_separates(
        self,
        saved: Callable[..., SavedSearch],
        post: Callable[..., ServiceRequest],
        paul: Member,
        clara: Member,
        start: datetime,
    ) -> None:
        saved("", kind="board", actor=paul)
        block_member(actor=clara, blocked=paul, now=start)
        post()
        assert sweep(now=start + 2 * MINUTE) == 0

    def test_for_the_own_page_as_it_is_now(
        self,
        saved: Callable[..., SavedSearch],
        post: Callable[..., ServiceRequest],
        paul: Member,
        page: ServicePage,
        start: datetime,
    ) -> None:
        saved("mine=true", kind="board", actor=paul)
        saved("mine=true&budget=2,000&currency=EUR", kind="board", actor=paul)
        post()
        assert sweep(now=start + 2 * MINUTE) == 1

    def test_a_service_that_is_gone_finds_nothing_and_stops_nobody(
        self,
        saved: Callable[..., SavedSearch],
        post: Callable[..., ServiceRequest],
        paul: Member,
        service: Service,
        start: datetime,
    ) -> None:
        other = factories.make_service("kite-mending")
        saved("service=kite-mending", kind="board", actor=paul)
        saved("service=logo-design", kind="board", actor=paul)
        other.is_active = False
        other.save()
        post()
        assert sweep(now=start + 2 * MINUTE) == 1


class TestWords:
    """What members read."""

    def notification(self, now: datetime) -> Notification:
        """The one that the latest event brings."""
        event = Event.objects.filter(kind="saved_search.news").latest("created_at")
        assert fan_out(event, now=now) == 1
        return Notification.objects.select_related("event").get(event=event)

    def test_the_mail_names_the_pages_with_links(
        self, saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime, clara: Member
    ) -> None:
        search = saved(name="Logo people")
        for number in (1, 2):
            publish(number * MINUTE, slug=f"logo-{number}", title=f"Logos <b>no. {number}</b>")
        sweep(now=start + 5 * MINUTE)
        notification = self.notification(start)
        message = TOPIC.render([notification])[notification.pk]
        assert message.text == "2 new pages for your search “Logo people”"
        assert message.url == f"/saved/{search.pk}/"
        mail: Any = single(notification.pk, load_readers([clara.pk], [])[clara.pk], TOPIC, message)
        html = mail.alternatives[0][0]
        for body in (mail.body, html):
            assert "http://localhost:8000/services/logo-1/" in body
            assert "http://localhost:8000/services/logo-2/" in body
        assert "Logos <b>no. 1</b>" in mail.body
        assert "Logos &lt;b&gt;no. 1&lt;/b&gt;" in html

    def test_several_searches_in_one_message(
        self, saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime
    ) -> None:
        saved(name="First", alert=Alert.DAILY)
        saved("q=linocut", Alert.DAILY, name="Second")
        page = publish()
        sweep(now=start + timedelta(days=2))
        notification = self.notification(start)
        message = TOPIC.render([notification])[notification.pk]
        assert message.text == "News in 2 saved searches: “First”, “Second”"
        assert list(message.links) == [(page.title, f"/services/{page.slug}/")]

    def test_what_is_gone_is_not_told(
        self, saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime
    ) -> None:
        saved()
        page = publish()
        sweep(now=start + 5 * MINUTE)
        pause_page(actor=page.member, page=page, now=start + 6 * MINUTE)
        notification = self.notification(start)
        assert TOPIC.render([notification]) == {}
        SavedSearch.objects.all().delete()
        assert TOPIC.render([notification]) == {}

    def test_queries_do_not_grow(
        self, saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime
    ) -> None:
        counts = []
        for number in (1, 2):
            saved(f"radius_km={number}", name=str(number))
            publish(number * 10 * MINUTE, slug=f"logo-{number}")
            sweep(now=start + number * 10 * MINUTE + MINUTE)
            for event in Event.objects.filter(kind="saved_search.news", fanned_out_at=None):
                fan_out(event, now=start)
            notifications = list(Notification.objects.select_related("event"))
            with CaptureQueriesContext(connection) as queries:
                assert len(TOPIC.render(notifications)) == len(notifications)
            counts.append(len(queries))
        assert counts == [2, 2]
