"""The cache, made so that nobody notices when it is away."""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from prometheus_client import Counter
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from marketplace.breaker import breaker_for

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
failures = Counter("marketplace_cache_failures_total", "Calls that the cache did not answer.")


class KeepingClient(RedisCacheClient):
    """Django's, which makes a client of the library's for each call; that takes longer than the call."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self._made: dict[bool, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """Django's hook. Threads may share one: each call takes a connection of the pool."""
        if write not in self._made:
            self._made[write] = super().get_client(key, write=write)
        return self._made[write]


class ForgivingRedisCache(RedisCache):
    """A Redis cache that answers as an empty one while its server is down or frozen.

    After a failure the server is left alone for a while, so that a frozen one costs a process one time-out in that
    while, not one a call. Whatever must be exact belongs in the database.
    """

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        options = {**params.get("OPTIONS", {}), "retry": Retry(NoBackoff(), 0)}
        super().__init__(server, {**params, "OPTIONS": options})
        self._class = KeepingClient
        self._breaker = breaker_for(server if isinstance(server, str) else server[0])

    @property
    def is_away(self) -> bool:
        """Whether the server failed just now and is being left alone."""
        return self._breaker.is_open

    def _attempt(self, call: Callable[[], Result], otherwise: Result) -> Result:
        if self.is_away:
            return otherwise
        try:
            return call()
        except (RedisError, OSError) as error:
            self._breaker.trip()
            failures.inc()
            logger.warning("The cache does not answer; going on without it for a while: %s", error)
            return otherwise

    def count(self, key: str, seconds: int) -> int | None:
        """Adds one to a counter that is forgotten ``seconds`` after its first use; None while the server is away."""
        name = self.make_and_validate_key(key)

        def hit() -> int:
            pipeline = self._cache.get_client(name, write=True).pipeline(transaction=False)
            pipeline.incr(name)
            pipeline.expire(name, seconds, nx=True)
            return int(pipeline.execute()[0])

        return self._attempt(hit, None)

    def add(self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Django's ``add``; True, as for an empty cache, while the server is away."""
        return self._attempt(lambda: super(ForgivingRedisCache, self).add(key, value, timeout, version), True)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Django's ``get``; the default while the server is away."""
        return self._attempt(lambda: super(ForgivingRedisCache, self).get(key, default, version), default)

    def set(self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Django's ``set``; nothing while the server is away."""
        self._attempt(lambda: super(ForgivingRedisCache, self).set(key, value, timeout, version), None)

    def touch(self, key: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Django's ``touch``; False while the server is away."""
        return self._attempt(lambda: super(ForgivingRedisCache, self).touch(key, timeout, version), False)

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Django's ``delete``; False while the server is away."""
        return self._attempt(lambda: super(ForgivingRedisCache, self).delete(key, version), False)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Django's ``has_key``; False while the server is away."""
        return self._attempt(lambda: super(ForgivingRedisCache, self).has_key(key, version), False)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Django's ``incr``; ``delta``, as after a fresh start, while the server is away."""
        return self._attempt(lambda: super(ForgivingRedisCache, self).incr(key, delta, version), delta)

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        """Django's ``get_many``; empty while the server is away."""
        return self._attempt(lambda: super(ForgivingRedisCache, self).get_many(keys, version), {})

    def set_many(
        self, data: Mapping[Any, Any], timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[Any]:
        """Django's ``set_many``; all keys failed while the server is away."""
        return self._attempt(
            lambda: super(ForgivingRedisCache, self).set_many(dict(data), timeout, version), list(data)
        )

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        """Django's ``delete_many``; nothing while the server is away."""
        self._attempt(lambda: super(ForgivingRedisCache, self).delete_many(keys, version), None)
