"""Not asking a server that just did not answer.

A frozen server costs whoever asks it the whole socket time-out. With a breaker an answer to a person pays that at most
once, however often it needs the server, and so do those who come in the seconds after.
"""

import time
from functools import cache
from urllib.parse import urlsplit

REST = 2.0
"""Seconds for which a server is left alone after it did not answer."""


class Breaker:
    """Whether a server may be asked. Threads may share it: the worst that a race costs is one more time-out."""

    def __init__(self) -> None:
        self._rest_until = 0.0

    @property
    def is_open(self) -> bool:
        """True while the server is left alone."""
        return time.monotonic() < self._rest_until

    def trip(self) -> None:
        """Leaves the server alone for a while."""
        self._rest_until = time.monotonic() + REST

    def reset(self) -> None:
        """Trusts the server again at once."""
        self._rest_until = 0.0


@cache
def _for_server(server: str) -> Breaker:
    return Breaker()


def breaker_for(url: str) -> Breaker:
    """The process's one breaker for the Redis-compatible server at this address, whichever database is meant."""
    parts = urlsplit(url)
    return _for_server(f"{parts.netloc}{parts.path}" if parts.scheme == "unix" else parts.netloc)
