"""One at a time makes or removes the demo."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Final

from django.db import connection

from marketplace.demo.arguments import DemoRefused

LOCK: Final = 203_110_009
"""Advisory lock of whoever makes or removes the demo. An arbitrary number."""
PATIENCE: Final = 5.0
"""Seconds to wait for it: so long may the server take to see that its holder was killed."""


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else makes or removes the demo meanwhile. Raises DemoRefused where somebody does."""
    with connection.cursor() as cursor:
        # A killed run must not hold the lock until the statement ends that it had begun.
        cursor.execute("SET client_connection_check_interval = '500ms'")
        _take()
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
            cursor.execute("RESET client_connection_check_interval")


def is_taken() -> bool:
    """Whether somebody makes or removes it at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT EXISTS (
                SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = %s
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            )
            """,
            [LOCK],
        )
        return bool(cursor.fetchone()[0])


def _take() -> None:
    begun = monotonic()
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if cursor.fetchone()[0]:
                return
            if monotonic() - begun > PATIENCE:
                raise DemoRefused("Somebody else is making or removing the demo at this moment.")
            sleep(0.2)
