"""One at a time makes or removes the demo."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

from marketplace.alone import alone as hold
from marketplace.demo.arguments import DemoRefused

LOCK: Final = 203_110_009
"""Advisory lock of whoever makes or removes the demo. An arbitrary number."""
PATIENCE: Final = 5.0
"""Seconds to wait for it: so long may the server take to see that its holder was killed."""


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else makes or removes the demo meanwhile. Raises DemoRefused where somebody does."""
    with hold(LOCK, patience=PATIENCE) as is_alone:
        if not is_alone:
            raise DemoRefused("Somebody else is making or removing the demo at this moment.")
        yield


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
