"""Work is handed over quickly, and a broker that is down or frozen costs half a second, once."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
from celery import shared_task
from django.core.cache import caches
from pytest_django import Settings

from marketplace import quick_redis, tasks
from marketplace.breaker import breaker_for
from marketplace.embedded.addresses import celery_url, redis_url, socket_directory
from marketplace.embedded.valkey import Valkey


@shared_task(name="tests.note")
def note(word: str) -> None:
    """A task that nobody runs here."""


@shared_task(name="tests.look")
def look() -> None:
    """Another one, that would do whatever there is to do."""


@pytest.fixture
def broker(tmp_path: Path, settings: Settings) -> Iterator[Valkey]:
    """A Valkey of this test's own that is the broker and the cache."""
    server = Valkey(tmp_path)
    server.start()
    server.wait()
    settings.REDIS_URL = redis_url(tmp_path)
    settings.CELERY_BROKER_URL = celery_url(settings.REDIS_URL)
    location = {"LOCATION": settings.REDIS_URL}
    settings.CACHES = {"default": settings.CACHES["default"] | location}
    tasks._connection.cache_clear()
    quick_redis._client.cache_clear()
    yield server
    server.process.send_signal(signal.SIGCONT)  # type: ignore[union-attr]
    server.stop()
    socket_directory(tmp_path).rmdir()
    breaker_for(settings.REDIS_URL).reset()
    tasks._connection.cache_clear()
    quick_redis._client.cache_clear()


def waiting(settings: Settings) -> int:
    """Messages in the queue that tests.note goes to."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        return int(client.llen(f"{settings.REDIS_PREFIX}:{settings.CELERY_TASK_DEFAULT_QUEUE}"))


def test_a_task_reaches_its_queue(broker: Valkey, settings: Settings) -> None:
    assert tasks.enqueue(note, "one")
    assert tasks.enqueue(note, "two")
    assert waiting(settings) == 2


def test_many_rings_are_one_task_until_somebody_answers(broker: Valkey, settings: Settings) -> None:
    assert [tasks.enqueue_once(look) for _ring in range(3)] == [True] * 3
    assert waiting(settings) == 1
    tasks.answer(look)
    assert [tasks.enqueue_once(look) for _ring in range(3)] == [True] * 3
    assert waiting(settings) == 2


def test_who_rings_while_a_worker_waits_is_heard_by_it(broker: Valkey, settings: Settings) -> None:
    tasks.answer(look)
    tasks.enqueue_once(look)
    with ThreadPoolExecutor(1) as worker:
        answering = worker.submit(tasks.answer, look)  # it answered just now, so it waits
        tasks.enqueue_once(look)
        answering.result()
    assert waiting(settings) == 1
    tasks.enqueue_once(look)
    assert waiting(settings) == 2


def test_a_ring_that_was_lost_is_forgotten(broker: Valkey, settings: Settings) -> None:
    tasks.enqueue_once(look)
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        assert 0 < client.pttl(tasks._bell(look)) <= tasks.BELL_SECONDS * 1000
        client.delete(f"{settings.REDIS_PREFIX}:{settings.CELERY_TASK_DEFAULT_QUEUE}", tasks._bell(look))
    assert tasks.enqueue_once(look)
    assert waiting(settings) == 1


def test_nobody_hears_a_ring_at_a_broker_that_is_down(broker: Valkey) -> None:
    broker.stop()
    assert not tasks.enqueue_once(look)
    tasks.answer(look)


@pytest.mark.parametrize("known_before", [True, False])
def test_a_frozen_broker_costs_half_a_second_once(broker: Valkey, settings: Settings, known_before: bool) -> None:
    if known_before:
        assert tasks.enqueue(note, "before")
    before = tasks.failures.labels("tests.note")._value.get()
    assert broker.process is not None
    os.kill(broker.process.pid, signal.SIGSTOP)
    begun = time.monotonic()
    assert [tasks.enqueue(note, str(number)) for number in range(5)] == [False] * 5
    caches["default"].set("key", "value")
    assert caches["default"].get("key") is None
    assert time.monotonic() - begun < 2.5  # a time-out a call would be three and a half seconds
    assert tasks.failures.labels("tests.note")._value.get() == before + 5

    os.kill(broker.process.pid, signal.SIGCONT)
    breaker_for(settings.REDIS_URL).reset()
    assert tasks.enqueue(note, "after")
    caches["default"].set("key", "value")
    assert caches["default"].get("key") == "value"


def test_a_broker_that_is_gone_costs_nothing_and_is_used_again_when_it_is_back(
    broker: Valkey, settings: Settings
) -> None:
    assert tasks.enqueue(note, "before")
    broker.stop()
    begun = time.monotonic()
    assert not tasks.enqueue(note, "during")
    assert time.monotonic() - begun < 10  # Celery's own retries would hold it up for forty seconds
    broker.start()
    broker.wait()
    assert not tasks.enqueue(note, "too soon: the broker is left alone for a while")
    breaker_for(settings.REDIS_URL).reset()
    assert tasks.enqueue(note, "after")
    assert waiting(settings) == 2


def test_arguments_that_cannot_be_sent_are_the_programmer_s_error(broker: Valkey) -> None:
    with pytest.raises(Exception, match=r"not JSON serializable|Object of type"):
        tasks.enqueue(note, object())
