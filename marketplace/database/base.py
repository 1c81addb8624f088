"""Django's database engine for PostgreSQL, as ``DATABASES`` names it.

``CONN_HEALTH_CHECKS`` asks ``SELECT 1`` ahead of each request's first query. That is a round trip which takes half as
long as the query of the public page. A server that goes, also by a crash, closes its sockets, and a closed one can be
read from: so a connection that was used just now and has nothing to read needs no question.
"""

import select
import time
from typing import Any, Final

from django.db.backends.postgresql import base

FRESH_SECONDS: Final = 5.0
"""How long ago the last use may be. What closes idle connections without a word waits longer."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection."""

    health_check_done: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._used_at = 0.0

    def close_if_health_check_failed(self) -> None:
        """Django's hook ahead of every query; the first of a request or task looks at the connection."""
        now = time.monotonic()
        if not self.health_check_done and now - self._used_at < FRESH_SECONDS and self._is_quiet():
            self.health_check_done = True
        self._used_at = now
        super().close_if_health_check_failed()

    def _is_quiet(self) -> bool:
        """Whether it is open and has nothing to read: neither its end nor the server's last words."""
        if self.connection is None or self.connection.closed:
            return False
        watch = select.poll()
        watch.register(self.connection.fileno(), select.POLLIN)
        return not watch.poll(0)
