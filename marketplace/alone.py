"""Work that one process at a time does, on whatever machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Final

from django.db import connection

LOOKS_AFTER: Final = "500ms"
"""How often PostgreSQL looks whether the holder is still there."""
APART: Final = 0.2
"""Seconds between two tries."""


@contextmanager
def alone(lock: int, *, patience: float = 0.0) -> Iterator[bool]:
    """Whether nobody else holds the advisory lock of this number, for the time of a ``with``. Where somebody does it is
    tried again for ``patience`` seconds.

    Whoever is killed holds it no longer than PostgreSQL takes to see that; the statement that he had begun ends then.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('client_connection_check_interval')")
        [before] = cursor.fetchone()
        _look_after(LOOKS_AFTER)
        is_alone = _take(lock, patience)
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
            _look_after(before)


def _look_after(often: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('client_connection_check_interval', %s, false)", [often])


def _take(lock: int, patience: float) -> bool:
    begun = monotonic()
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
            if cursor.fetchone()[0]:
                return True
            if monotonic() - begun >= patience:
                return False
            sleep(APART)
