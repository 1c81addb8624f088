"""Database work beside the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connections

P = ParamSpec("P")
Result = TypeVar("Result")


class Threads:
    """A few threads with a database connection each, so that thousands of streams share these few."""

    def __init__(self, count: int, name: str) -> None:
        self._count = count
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    async def run(self, work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
        """The result of ``work``, done in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: _tidily(work, *args, **kwargs))

    def close(self) -> None:
        """Ends the threads and their connections to the database, after the work that they have begun."""
        meeting = Barrier(self._count)  # so that each thread closes its own
        for _number in range(self._count):
            self._pool.submit(_close_connections, meeting)
        self._pool.shutdown()


def _close_connections(meeting: Barrier) -> None:
    meeting.wait(timeout=10)
    connections.close_all()


def _tidily(work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """As Django does around a request: connections that broke or are too old are not used."""
    close_old_connections()
    try:
        return work(*args, **kwargs)
    finally:
        close_old_connections()
