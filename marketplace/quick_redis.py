"""The Redis-compatible server of broker and live stream, for calls that must never hold anybody up."""

from collections.abc import Callable
from functools import cache
from typing import TypeVar

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from marketplace.breaker import breaker_for

TIMEOUT = 0.5
"""Seconds that the server has for its answer."""
Result = TypeVar("Result")


class Away(Exception):
    """The server did not answer, or is left alone for a while because it did not answer before."""


def ask(call: Callable[["redis.Redis"], Result]) -> Result:
    """What ``call`` gets from the server. Raises Away within ``TIMEOUT``, at once for two seconds after a failure."""
    breaker = breaker_for(settings.REDIS_URL)
    if breaker.is_open:
        raise Away("left alone after a failure")
    try:
        return call(_client())
    except (RedisError, OSError) as error:
        breaker.trip()
        raise Away(str(error)) from error


@cache
def _client() -> "redis.Redis":
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        retry=Retry(NoBackoff(), 0),
    )
