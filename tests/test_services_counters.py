"""Views and impressions: what counts as one, and that none is lost or counted twice."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import Member
from marketplace.breaker import breaker_for
from marketplace.clock import utc_now
from marketplace.quick_redis import ask
from services.counters import count_impressions, count_view, flush
from services.counters.flush import BATCHES, cut_off
from services.models import CountedBatch, PageDay, ServicePage
from services.tasks import flush_counters

pytestmark = pytest.mark.django_db
LogIn = Callable[[Member | None], Client]
PERSON = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"}


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """What earlier tests left in the tally is cut off and forgotten."""
    flush(now=utc_now())


def counted(page: ServicePage) -> tuple[int, int]:
    """Views and impressions of today, after a flush."""
    flush(now=utc_now())
    day = PageDay.objects.filter(page=page).first()
    return (day.views, day.impressions) if day else (0, 0)


class TestWhatCounts:
    def test_people_who_open_the_page(self, log_in: LogIn, sam: Member, page: ServicePage) -> None:
        address = f"/services/{page.slug}/"
        for browser in (log_in(None), log_in(sam)):
            assert browser.get(address, headers=PERSON).status_code == 200
        assert counted(page) == (2, 0)

    def test_not_the_owner_nor_machines_nor_head(self, log_in: LogIn, paul: Member, page: ServicePage) -> None:
        address = f"/services/{page.slug}/"
        log_in(paul).get(address, headers=PERSON)
        log_in(None).get(address, headers={"user-agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"})
        log_in(None).head(address, headers=PERSON)
        assert counted(page) == (0, 0)

    def test_not_a_page_that_is_paused(self, log_in: LogIn, ada: Member, page: ServicePage) -> None:
        ServicePage.objects.update(status="paused")
        log_in(None).get(f"/services/{page.slug}/", headers=PERSON)
        log_in(ada).get(f"/services/{page.slug}/", headers=PERSON)
        assert counted(page) == (0, 0)

    def test_standing_among_results(self, log_in: LogIn, page: ServicePage) -> None:
        for _each in range(3):
            log_in(None).get("/services/", {"q": "logos"}, headers=PERSON)
        log_in(None).get("/services/", {"q": "xylophone zither"}, headers=PERSON)
        assert counted(page) == (0, 3)


class TestAdding:
    def test_days_apart_and_together(self, page: ServicePage) -> None:
        now = utc_now()
        for _each in range(2):
            count_view(page.pk, now=now - timedelta(days=1))
        count_impressions([page.pk], now=now)
        flush(now=now)
        count_view(page.pk, now=now)
        flush_counters()
        rows = PageDay.objects.order_by("day").values_list("views", "impressions")
        assert list(rows) == [(2, 0), (1, 1)]
        assert flush(now=now) == 0

    def test_a_page_that_is_gone_is_left_out(self, page: ServicePage) -> None:
        count_impressions([uuid4(), page.pk], now=utc_now())
        assert counted(page) == (0, 1)

    def test_a_worker_that_died_before_forgetting_the_batch(self, page: ServicePage) -> None:
        """The batch was added and committed, but still stands in Valkey."""
        count_view(page.pk, now=utc_now())
        batch = _cut_off()
        CountedBatch.objects.create(pk=batch, counted_at=utc_now())
        PageDay.objects.create(page=page, day=utc_now().date(), views=1)
        assert counted(page) == (1, 0)
        assert ask(lambda client: client.llen(BATCHES)) == 0

    def test_a_worker_that_died_before_adding_the_batch(self, page: ServicePage) -> None:
        count_view(page.pk, now=utc_now())
        _cut_off()
        count_view(page.pk, now=utc_now())
        assert counted(page) == (2, 0)

    def test_old_batches_are_forgotten(self) -> None:
        CountedBatch.objects.create(pk=uuid4(), counted_at=utc_now() - timedelta(days=8))
        flush(now=utc_now())
        assert not CountedBatch.objects.filter(counted_at__lt=utc_now() - timedelta(days=7)).exists()


def _cut_off() -> UUID:
    """What a worker does first: the tally becomes a batch."""
    ask(cut_off)
    batches: Any = ask(lambda client: client.lrange(BATCHES, 0, -1))
    return UUID(batches[0].decode())


def test_a_server_that_is_away_holds_nobody_up(log_in: LogIn, page: ServicePage) -> None:
    breaker = breaker_for(settings.REDIS_URL)
    breaker.trip()
    try:
        assert log_in(None).get(f"/services/{page.slug}/", headers=PERSON).status_code == 200
        assert flush(now=utc_now()) == 0
    finally:
        breaker.reset()


@pytest.mark.django_db(transaction=True)
def test_several_at_once_add_each_count_once(page: ServicePage) -> None:
    now = utc_now()

    def work() -> None:
        try:
            for _each in range(20):
                count_view(page.pk, now=now)
                flush(now=now)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted(page) == (80, 0)
