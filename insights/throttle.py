"""Doing something at most so often, and never leaving out the last time."""

import time
from collections.abc import Callable
from threading import Lock, Timer


class Throttle:
    """Calls that come too soon after the last one are done together by the first that comes when the time is over.

    Where none comes within another half of the time, that is done in a thread of its own, which costs more. Nothing
    runs while nobody calls: a call that has to wait starts one timer, and those after it find it running. Whatever was
    called is followed by a complete run of ``act`` or ``late`` that began afterwards.
    """

    def __init__(self, act: Callable[[], object], *, late: Callable[[], object] | None = None, seconds: float) -> None:
        self._act = act
        self._late = late or act
        self._seconds, self._grace = seconds, seconds / 2
        self._lock = Lock()
        self._last = float("-inf")
        self._timer: Timer | None = None

    def __call__(self) -> None:
        """Acts now, or sees to it that it is done soon."""
        with self._lock:
            wait = self._last + self._seconds - time.monotonic()
            if wait > 0:
                if self._timer is None:
                    self._timer = Timer(wait + self._grace, self._act_late)
                    self._timer.daemon = True
                    self._timer.start()
                return
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            self._last = time.monotonic()
        self._act()

    def _act_late(self) -> None:
        with self._lock:
            # From here on a call needs a run of its own: this one may already have looked.
            self._timer = None
            self._last = time.monotonic()
        self._late()
