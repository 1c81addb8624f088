"""Closing minutes against publishers that are still at it: real threads, each with a connection of its own."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any, TypeVar

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import Member
from insights.close import close_minutes
from insights.models import ClosedUntil, RequestDay, RequestHour, RequestMinute
from marketplace.clock import utc_now
from requests import actions
from requests.models import Publication
from requests.models.publication import PUBLICATION_LOCK
from services.models import Service
from tests import factories
from tests.test_requests_actions import values

pytestmark = pytest.mark.django_db(transaction=True)
PAST = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
PATIENCE = 20
Result = TypeVar("Result")


@pytest.fixture
def service() -> Service:
    """The service that ``values()`` asks for."""
    return factories.make_service("sign-painting")


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Threads that are joined before the database is emptied."""
    with ThreadPoolExecutor(8) as pool:
        yield pool


class Publisher:
    """Publishes a request in a thread and, having taken its time, does not commit before it is told to.

    So that nobody has to wait for a minute to end, the publication's time is put into a minute long past.
    """

    def __init__(self, client: Member) -> None:
        self.client = client
        self.has_taken_time = Event()
        self.may_commit = Event()

    def run(self) -> None:
        """The thread."""
        with transaction.atomic():
            request = actions.post_request(actor=self.client, values=values(), now=utc_now())
            Publication.objects.filter(request_id=request.pk).update(published_at=PAST)
            self.has_taken_time.set()
            assert self.may_commit.wait(PATIENCE)


def in_thread(threads: ThreadPoolExecutor, work: Callable[[], Result]) -> "Future[Result]":
    """The work in a thread, whose connection is closed afterwards."""

    def run() -> Result:
        try:
            return work()
        finally:
            connection.close()

    return threads.submit(run)


def closers_waiting() -> int:
    """How many connections wait for the lock alone that publishers hold together."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND mode = 'ExclusiveLock' "
            "AND ((classid::bigint << 32) | objid::bigint) = %s AND database = (SELECT oid FROM pg_database "
            "WHERE datname = current_database())",
            [PUBLICATION_LOCK],
        )
        return int(cursor.fetchone()[0])


def wait_for_closer(closer: "Future[Any]") -> None:
    """Until the closer waits for the lock. Fails where it does not have to wait."""
    end = time.monotonic() + PATIENCE
    while not closers_waiting():
        assert not closer.done(), "the minute was closed although a publisher had taken its time and not committed"
        assert time.monotonic() < end, "the closer neither waits nor ends"
        time.sleep(0.01)


def counted() -> list[int]:
    """Totals of minutes, hours and days."""
    return [
        sum(table.objects.filter(group=None).values_list("requests", flat=True))
        for table in (RequestMinute, RequestHour, RequestDay)
    ]


def test_the_closer_waits_for_a_publisher_who_has_his_time(service: Service, threads: ThreadPoolExecutor) -> None:
    ClosedUntil.objects.create(closed_until=PAST)
    publisher = Publisher(factories.make_member())
    publishing = in_thread(threads, publisher.run)
    assert publisher.has_taken_time.wait(PATIENCE)
    closer = in_thread(threads, close_minutes)
    try:
        wait_for_closer(closer)
        assert ClosedUntil.objects.get().closed_until == PAST
    finally:
        publisher.may_commit.set()
    publishing.result(PATIENCE)
    assert closer.result(PATIENCE) > PAST
    assert counted() == [1, 1, 1]


def test_two_closers_wait_and_count_once(service: Service, threads: ThreadPoolExecutor) -> None:
    ClosedUntil.objects.create(closed_until=PAST)
    publisher = Publisher(factories.make_member())
    publishing = in_thread(threads, publisher.run)
    assert publisher.has_taken_time.wait(PATIENCE)
    closers = [in_thread(threads, close_minutes) for _number in range(2)]
    try:
        for closer in closers:
            wait_for_closer(closer)
    finally:
        publisher.may_commit.set()
    publishing.result(PATIENCE)
    for closer in closers:
        closer.result(PATIENCE)
    assert counted() == [1, 1, 1]


def test_publishers_do_not_wait_for_each_other(service: Service, threads: ThreadPoolExecutor) -> None:
    first = Publisher(factories.make_member())
    publishing = in_thread(threads, first.run)
    try:
        assert first.has_taken_time.wait(PATIENCE)
        second = factories.make_member()
        posting = in_thread(threads, lambda: actions.post_request(actor=second, values=values(), now=utc_now()))
        assert posting.result(PATIENCE).first_published_at
    finally:
        first.may_commit.set()
    publishing.result(PATIENCE)


def test_a_publisher_that_hangs_holds_up_the_closing_for_a_while_only(
    service: Service, threads: ThreadPoolExecutor, settings: Any
) -> None:
    settings.PUBLISHING_TIMEOUT = "1s"
    ClosedUntil.objects.create(closed_until=PAST)
    publisher = Publisher(factories.make_member())
    publishing = in_thread(threads, publisher.run)
    assert publisher.has_taken_time.wait(PATIENCE)
    closer = in_thread(threads, close_minutes)
    assert closer.result(PATIENCE) > PAST
    publisher.may_commit.set()
    with pytest.raises(DatabaseError):
        publishing.result(PATIENCE)
    assert counted() == [0, 0, 0]
    assert not Publication.objects.exists()


def test_nothing_is_lost_or_counted_twice_while_many_publish(service: Service, threads: ThreadPoolExecutor) -> None:
    clients = [factories.make_member() for _ in range(4)]

    def post(client: Member) -> None:
        for _number in range(5):
            actions.post_request(actor=client, values=values(), now=utc_now())

    def close() -> None:
        for _number in range(10):
            close_minutes()

    jobs = [in_thread(threads, lambda client=client: post(client)) for client in clients]  # type: ignore[misc]
    jobs += [in_thread(threads, close) for _number in range(2)]
    for job in jobs:
        job.result()
    closed = ClosedUntil.objects.get().closed_until
    assert Publication.objects.count() == 20
    assert counted() == [Publication.objects.filter(published_at__lt=closed).count()] * 3


def test_a_minute_is_closed_the_moment_it_has_ended(service: Service) -> None:
    before = utc_now()
    end = close_minutes()
    assert end.second == end.microsecond == 0
    assert before - timedelta(minutes=1) < end <= utc_now()
