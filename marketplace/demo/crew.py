"""Several processes that make the batches of a step at the same time, each with a database connection of its own."""

import ctypes
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import Final

from django.db import connection

Make = Callable[[range], None]
MOST: Final = 8
DIE_WITH_PARENT: Final = 1
"""PR_SET_PDEATHSIG of Linux' prctl(2)."""

_make: list[Make] = []


def one_by_one(make: Make, batches: Sequence[range]) -> Iterator[range]:
    """Makes the batches in their order, and yields each when it is made."""
    for batch in batches:
        make(batch)
        yield batch


def together(make: Make, batches: Sequence[range]) -> Iterator[range]:
    """Makes the batches in any order, by as many processes as there are processors, and yields each when it is made.
    Within a transaction by this process: nobody else would see what it has made."""
    hands = min(MOST, len(os.sched_getaffinity(0)), len(batches))
    if hands < 2 or connection.in_atomic_block:
        yield from one_by_one(make, batches)
        return
    # Forked, so that they have the world as it is, and need no seconds to come to life.
    with ProcessPoolExecutor(hands, get_context("fork"), _begin, (make, os.getpid())) as crew:
        futures = {crew.submit(_work, batch): batch for batch in batches}
        try:
            for future in as_completed(futures):
                future.result()
                yield futures[future]
        finally:
            crew.shutdown(cancel_futures=True)


def _begin(make: Make, parent: int) -> None:
    """In the new process: nothing of the parent's connection, whose session goes on, and no life without the parent."""
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which lets them finish their batches
    connection.connection = None
    _make.append(make)


def _work(batch: range) -> None:
    _make[0](batch)
