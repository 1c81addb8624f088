"""Django's database engine for PostgreSQL, as ``DATABASES`` names it.

``CONN_HEALTH_CHECKS`` asks ``SELECT 1`` ahead of each request's first query. That is a round trip which takes half as
long as the query of the public page. A server that goes, also by a crash, closes its sockets, and a closed one can be
read from: so a connection that was used just now and has nothing to read needs no question.

Times are read by psycopg's own loader. Django's is the same in Python, ten times as slow, for connections whose clock
is not the application's; ours all have UTC. Ids by the thousand, as matching asks for them, are written by one join.
"""

import select
import time
from contextlib import suppress
from datetime import UTC
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base, operations
from django.db.backends.postgresql.psycopg_any import get_adapters_template
from psycopg.adapt import AdaptersMap
from psycopg.types import array
from psycopg.types.datetime import TimestamptzLoader
from psycopg.types.uuid import UUIDDumper

FRESH_SECONDS: Final = 5.0
"""How long ago the last use may be. What closes idle connections without a word waits longer."""
PREPARED_AFTER: Final = 3
"""Uses on a connection from which a statement of a ``prepared_cursor`` is prepared."""


class ListDumper(array.ListDumper):
    """psycopg's writer of arrays, which takes ten times as long for a flat list of UUIDs."""

    def dump(self, obj: list[Any]) -> Any:
        """Its hook."""
        if isinstance(self.sub_dumper, UUIDDumper):
            with suppress(AttributeError):  # nulls, or lists of lists
                return f"{{{','.join([each.hex for each in obj])}}}".encode()
        return super().dump(obj)


class DatabaseOperations(operations.DatabaseOperations):
    """What Django asks of this kind of database."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        """Django's hook for its log of queries. psycopg does not remember the text of what was prepared."""
        return super().last_executed_query(cursor, sql, params) or str(sql)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection."""

    ops_class = DatabaseOperations
    health_check_done: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._used_at = 0.0
        self._prepared: Any = None

    def get_connection_params(self) -> dict[str, Any]:
        """Django's hook."""
        if self.timezone != UTC:
            raise ImproperlyConfigured("Connections to the database keep UTC.")
        # What a plain cursor executes is never prepared, whatever the threshold.
        return super().get_connection_params() | {"context": _adapters(), "prepare_threshold": PREPARED_AFTER}

    def create_cursor(self, name: str | None = None) -> Any:
        """Django's hook, without its look at the loader of times."""
        if name is None:
            return self.connection.cursor()
        made: Any = base.ServerSideCursor
        return made(self.connection, name=name, scrollable=False, withhold=self.connection.autocommit)

    def prepared_cursor(self) -> Any:
        """The cursor for long statements that are asked often: PostgreSQL parses and plans them once a connection.

        Parameters travel beside the statement. So PostgreSQL has to know the type of each from where it stands, and
        every way of writing the statement is another one, of which a connection keeps a hundred.

        It is the same one each time, because making it takes as long as asking: read it before it is asked for again.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        if self._prepared is None or self._prepared.connection is not self.connection:
            made: Any = base.ServerBindingCursor
            self._prepared = made(self.connection)
        return self._prepare_cursor(self._prepared)  # type: ignore[attr-defined]

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


@cache
def _adapters() -> AdaptersMap:
    """Django's, but for the loader of times and the writer of lists."""
    found = AdaptersMap(get_adapters_template(settings.USE_TZ, UTC))
    found.register_loader("timestamptz", TimestamptzLoader)
    found.register_dumper(list, ListDumper)
    return found
