"""Processes and connections that get into each other's way, for tests."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
from django.db import connection, transaction

PATIENCE = 30.0
"""Seconds for what takes a moment."""


def in_a_process_that_is_killed(work: Callable[[], object], *, when: Callable[[], bool], lock: int) -> None:
    """Does the work again and again in a process of its own, and ends that as kill -9 does at some point after ``when``
    holds. Its sessions end when PostgreSQL notices: comes back once nobody holds this advisory lock."""
    child = os.fork()
    if child == 0:
        connection.connection = None  # the parent's
        try:
            while True:
                work()
        finally:
            os._exit(1)
    until(when)
    os.kill(child, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    until(lambda: not is_held(lock))


@contextmanager
def held_by_another(lock: int) -> Iterator[None]:
    """Another connection holds this advisory lock meanwhile."""
    parameters = connection.get_connection_params()
    wanted = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if name in parameters}
    with psycopg.connect(**wanted, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [lock])
        yield
        other.execute("SELECT pg_advisory_unlock(%s)", [lock])


def is_held(lock: int) -> bool:
    """Whether somebody holds this advisory lock."""
    return _any("locktype = 'advisory' AND granted AND objid = %s", lock)


def behind(work: Callable[[], object], *, of: Callable[[], object]) -> None:
    """Makes a change in a transaction, begins with the work on another connection, and commits the change once the work
    waits for it, or is through."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            of()
            working = pool.submit(_on_its_own, work)
            until(lambda: working.done() or _any("NOT granted"))
        working.result(timeout=PATIENCE)


def until(holds: Callable[[], bool]) -> None:
    """Waits for something that happens soon."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < PATIENCE, "It does not happen."
        time.sleep(0.01)


def _on_its_own(work: Callable[[], object]) -> None:
    try:
        work()
    finally:
        connection.close()


def _any(which: str, *parameters: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM pg_locks WHERE {which})", parameters)
        return bool(cursor.fetchone()[0])
