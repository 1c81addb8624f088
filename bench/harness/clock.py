"""Clocks: wall time, and the processor time of this process and of its PostgreSQL backend.

On a machine that others use too, processor time is what can be compared; wall time is what a user waits.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection

from bench.harness.figures import Summary

NS_PER_MS = 1e6
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading:
    """How long one call took, in ms: on the wall, on the processor in this process, and in its database backend.

    ``database`` leaves parallel workers out. It is 0 where the kernel does not tell it (elsewhere than on Linux).
    """

    wall: float
    python: float
    database: float

    @property
    def cpu(self) -> float:
        """Processor time in all."""
        return self.python + self.database


def measure(call: Callable[[], object]) -> Reading:
    """Calls once and reads the clocks around it."""
    backend = _backend()
    database, python, wall = _cpu_ns(backend), time.process_time_ns(), time.perf_counter_ns()
    call()
    wall, python, database = (
        time.perf_counter_ns() - wall,
        time.process_time_ns() - python,
        _cpu_ns(backend) - database,
    )
    return Reading(wall / NS_PER_MS, python / NS_PER_MS, database / NS_PER_MS)


def measure_all(call: Callable[[T], object], inputs: Iterable[T], *, warm_up: Iterable[T] = ()) -> list[Reading]:
    """One reading for each input, after calls with the ``warm_up`` ones that are not counted."""
    for each in warm_up:
        call(each)
    return [measure(partial(call, each)) for each in inputs]


def summaries(readings: Sequence[Reading]) -> dict[str, Any]:
    """The figures of a table's row: percentiles of wall time, then of processor time, in ms."""
    wall, cpu = Summary.of([each.wall for each in readings]), Summary.of([each.cpu for each in readings])
    return {
        "calls": wall.count,
        "p50 ms": wall.p50,
        "p95 ms": wall.p95,
        "p99 ms": wall.p99,
        "cpu p50": cpu.p50,
        "cpu p95": cpu.p95,
        "python": Summary.of([each.python for each in readings]).mean,
        "database": Summary.of([each.database for each in readings]).mean,
    }


def _backend() -> Path:
    connection.ensure_connection()
    return Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")


def _cpu_ns(schedstat: Path) -> int:
    """Nanoseconds on the processor: the first field of schedstat (Linux, Documentation/scheduler/sched-stats.rst)."""
    try:
        return int(schedstat.read_text().split(maxsplit=1)[0])
    except (OSError, ValueError):
        return 0
