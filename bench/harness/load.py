"""Several clients at once, each a process with a database connection of its own."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from multiprocessing.connection import Connection
from typing import TypeVar

from django.db import connections

from bench.harness.figures import Summary

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Load:
    """What ``clients`` together did: calls a second, and the durations of single calls in ms."""

    clients: int
    per_second: float
    durations: Summary

    def figures(self) -> dict[str, float | int]:
        """For a table's row."""
        return {
            "clients": self.clients,
            "per second": self.per_second,
            "p50 ms": self.durations.p50,
            "p95 ms": self.durations.p95,
            "p99 ms": self.durations.p99,
        }


def together(work: Callable[[int], object], *, clients: int, seconds: float) -> Load:
    """Calls ``work`` with 0, 1, 2 … (each client beginning elsewhere) from so many clients for so long.

    The first tenth of the time warms up. Raises RuntimeError where a client fails.
    """
    connections.close_all()  # a connection must not be shared with the children
    context = multiprocessing.get_context("fork")
    begin = time.monotonic() + 0.3
    children = []
    for number in range(clients):
        receiver, sender = context.Pipe(duplex=False)
        child = context.Process(target=_client, args=(work, number * 1_000_003, begin, seconds, sender))
        child.start()
        sender.close()
        children.append((child, receiver))
    durations: list[float] = []
    for child, receiver in children:
        durations += _received(receiver)
        child.join()
    return Load(clients, len(durations) / (0.9 * seconds), Summary.of(durations))


def divided(work: Callable[[Item], Answer], items: Sequence[Item], *, clients: int) -> list[Answer]:
    """What ``work``, a module's function, returns for each item: the same, but so many of them at a time."""
    connections.close_all()  # a connection must not be shared with the children
    with multiprocessing.get_context("fork").Pool(clients, initializer=connections.close_all) as pool:
        return pool.map(work, items, chunksize=1)


def _received(receiver: "Connection[object, list[float]]") -> list[float]:
    try:
        return receiver.recv()
    except EOFError:
        raise RuntimeError("A client of the benchmark failed; what went wrong stands above.") from None


def _client(
    work: Callable[[int], object], first: int, begin: float, seconds: float, sender: "Connection[list[float], object]"
) -> None:
    connections.close_all()
    time.sleep(max(0.0, begin - time.monotonic()))
    counted_from, end = begin + 0.1 * seconds, begin + seconds
    durations = []
    for number in count(first):
        started = time.monotonic()
        if started >= end:
            break
        work(number)
        if started >= counted_from:
            durations.append((time.monotonic() - started) * 1000)
    connections.close_all()
    sender.send(durations)
    sender.close()
