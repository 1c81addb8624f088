"""The present minute: announced at once, and once more after a burst."""

import json
import time
from collections.abc import Iterator
from threading import Event, active_count
from typing import Any

import pytest
import redis
from django.conf import settings

from insights.live import SECONDS_BETWEEN
from insights.throttle import Throttle
from marketplace.clock import utc_now
from notifications.broadcast import STAFF
from requests import actions
from requests.models import Publication
from tests import factories
from tests.test_requests_actions import values


def test_calls_that_follow_closely_are_done_together_and_the_last_one_is_not_left_out() -> None:
    seen: list[int] = []
    done = Event()
    state = {"number": 0}

    def act() -> None:
        seen.append(state["number"])
        if state["number"] == 50:
            done.set()

    throttle = Throttle(act, seconds=0.05)
    begun = time.monotonic()
    for number in range(1, 51):
        state["number"] = number
        throttle()
    assert seen[0] == 1, "the first call acts at once"
    assert done.wait(5)
    assert len(seen) <= (time.monotonic() - begun) / 0.05 + 2
    time.sleep(0.15)
    assert seen.count(50) == 1, "nothing runs while nobody calls"


def test_whoever_calls_when_the_time_is_over_acts_for_those_who_came_too_soon() -> None:
    acted: list[str] = []
    throttle = Throttle(lambda: acted.append("now"), late=lambda: acted.append("late"), seconds=2)
    throttle()
    throttle()
    time.sleep(2.05)  # the thread would begin after 3
    throttle()
    assert acted == ["now", "now"]
    time.sleep(1.2)
    assert acted == ["now", "now"]


def test_a_call_during_the_late_run_gets_a_run_of_its_own() -> None:
    begun, go_on, again = Event(), Event(), Event()
    runs: list[str] = []

    def late() -> None:
        runs.append("late")
        if len(runs) == 1:
            begun.set()
            go_on.wait(5)
        else:
            again.set()

    throttle = Throttle(lambda: None, late=late, seconds=0.05)
    throttle()
    throttle()
    assert begun.wait(5)
    throttle()  # the first run may have looked already
    go_on.set()
    assert again.wait(5)


def test_waiting_takes_one_timer() -> None:
    throttle = Throttle(lambda: None, seconds=0.2)
    before = active_count()
    for _number in range(1000):
        throttle()
    assert active_count() <= before + 1


@pytest.fixture
def messages() -> Iterator[Any]:
    """What is announced to staff."""
    with redis.Redis.from_url(settings.REDIS_URL, decode_responses=True) as client:
        subscription = client.pubsub(ignore_subscribe_messages=True)
        subscription.subscribe(STAFF)
        subscription.get_message(timeout=2)
        yield subscription
        subscription.close()


@pytest.mark.django_db(transaction=True)
def test_the_last_publication_of_a_burst_is_announced(messages: Any) -> None:
    service = factories.make_service("sign-painting")
    clients = [factories.make_member() for _number in range(3)]
    if (second := utc_now().second) >= 50:  # what came last in a minute that is over, its closing tells
        time.sleep(60 - second)
    for number in range(9):
        actions.post_request(actor=clients[number % 3], values=values(), now=utc_now())
    end = time.monotonic() + SECONDS_BETWEEN + 3
    announced: dict[str, int] = {}
    while time.monotonic() < end and sum(announced.values()) < 9:
        if message := messages.get_message(timeout=0.2):
            payload = json.loads(message["data"])["payload"]
            announced[payload["minute"]] = payload["requests"]
            assert payload["groups"].get(service.group.slug, 0) == payload["requests"]
    assert sum(announced.values()) == Publication.objects.count() == 9
