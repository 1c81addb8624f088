"""The cache is a convenience: down or frozen, nothing fails and nothing waits for long."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches

from marketplace import breaker
from marketplace.breaker import breaker_for
from marketplace.cache import ForgivingRedisCache


@pytest.fixture
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForgivingRedisCache]:
    """A cache whose server takes connections and never says a word."""
    address = f"/tmp/frozen-{os.getpid()}.sock"
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen(5)
    yield ForgivingRedisCache(f"unix://{address}?db=1", {"OPTIONS": settings.CACHES["default"]["OPTIONS"]})
    breaker_for(f"unix://{address}").reset()
    server.close()
    Path(address).unlink()


def check_all(cache: ForgivingRedisCache) -> None:
    assert cache.get("a", 7) == 7
    cache.set("a", 1)
    assert cache.add("a", 1) is True
    assert cache.incr("a") == 1
    assert cache.delete("a") is False
    assert cache.touch("a") is False
    assert cache.has_key("a") is False
    assert cache.get_many(["a"]) == {}
    assert cache.set_many({"a": 1}) == ["a"]
    assert cache.count("a", 5) is None
    cache.delete_many(["a"])


class TestAway:
    def test_down(self) -> None:
        check_all(ForgivingRedisCache("unix:///tmp/no-such-server.sock", {}))
        breaker_for("unix:///tmp/no-such-server.sock").reset()

    def test_frozen_costs_one_time_out(self, frozen: ForgivingRedisCache) -> None:
        started = time.monotonic()
        check_all(frozen)
        assert time.monotonic() - started < 2.5  # one time-out is half a second, one a call would be more than five

    def test_is_asked_again_after_a_rest(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(breaker, "REST", 0.0)
        down = ForgivingRedisCache("unix:///tmp/no-such-server.sock", {})
        down.set("a", 1)
        assert not down.is_away


def test_count_counts_and_forgets() -> None:

    assert isinstance(caches["default"], ForgivingRedisCache)
    assert [caches["default"].count("calls", 60) for _number in range(3)] == [1, 2, 3]
