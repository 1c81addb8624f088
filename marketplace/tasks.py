"""Handing work to Celery without ever failing or delaying the person who caused it."""

import logging
import time
from contextlib import suppress
from functools import cache
from typing import Any

from celery import Task
from django.conf import settings
from kombu import Connection, pools
from kombu.exceptions import OperationalError
from prometheus_client import Counter
from redis.exceptions import RedisError

from marketplace.breaker import Breaker, breaker_for
from marketplace.quick_redis import Away, ask

logger = logging.getLogger(__name__)

TIMEOUT = 0.5
"""Seconds that the broker has for its answer."""
BELL_SECONDS = 2
APART = 0.15
"""Seconds between two answers of a process to the same bell; more than that is not noticed by anybody who waits."""
NO_ANSWER = (OperationalError, RedisError, OSError)
_answered: dict[str, float] = {}
failures = Counter("marketplace_enqueue_failures_total", "Tasks that the broker did not take.", ["task"])


def enqueue(task: Task[Any, Any], *args: Any) -> bool:
    """Sends the task to the broker; False, logged and counted, where the broker does not answer within 0.5 s.

    After a failure the broker is left alone for two seconds, so that an action which enqueues several tasks waits once.
    Whoever relies on the task has a sweep that finds the work again.
    """
    breaker = _breaker()
    if not breaker.is_open:
        try:
            _send(task, args)
        except NO_ANSWER as error:
            breaker.trip()
            logger.warning("The broker did not take %s: %s", task.name, error)
        else:
            return True
    failures.labels(task.name).inc()
    return False


def enqueue_once(task: Task[Any, Any]) -> bool:
    """Sends a task that does all there is to do, unless one of it waits for a worker already; False as ``enqueue``.

    Like a doorbell: whoever wrote down some work rings, and whoever hears it calls ``answer`` before he looks for work,
    so nothing that was committed before a ring is overlooked. A ring that was lost is forgotten after two seconds.
    """
    try:
        is_first = ask(lambda server: server.set(_bell(task), 1, nx=True, ex=BELL_SECONDS))
    except Away:
        is_first = True  # the broker, on the same server, says the same
    return enqueue(task) if is_first else True


def answer(task: Task[Any, Any]) -> None:
    """Called by a task of ``enqueue_once`` before it looks for work: who rings from now on is not heard by it.

    Where this process answered a moment ago it waits until ``APART`` has passed: much work at once costs less than
    little work often. Who rings after a while of silence is answered at once.
    """
    time.sleep(max(0.0, _answered.get(task.name, 0.0) + APART - time.monotonic()))
    _answered[task.name] = time.monotonic()
    with suppress(Away):
        ask(lambda server: server.delete(_bell(task)))


def _bell(task: Task[Any, Any]) -> str:
    return f"{settings.REDIS_PREFIX}:bell:{task.name}"


def _send(task: Task[Any, Any], args: tuple[Any, ...]) -> None:
    """Publishes on a connection of our own: a worker's connections to the same broker are given more time."""
    with pools.producers[_connection()].acquire(block=True, timeout=TIMEOUT) as producer:
        task.apply_async(args, producer=producer, retry=False, ignore_result=True)


@cache
def _connection() -> Connection:
    """The broker with short time-outs. Only its parameters count: the pool keeps the connections."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS | {
        "socket_timeout": TIMEOUT,
        "socket_connect_timeout": TIMEOUT,
        "max_retries": 0,
    }
    return Connection(settings.CELERY_BROKER_URL, transport_options=options, connect_timeout=TIMEOUT)


def _breaker() -> Breaker:
    return breaker_for(settings.REDIS_URL)
