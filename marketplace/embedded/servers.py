"""Which embedded servers are needed."""

import os
from collections.abc import Callable
from pathlib import Path

from marketplace.embedded.postgres import Postgres
from marketplace.embedded.server import Report, Server, never, silent
from marketplace.embedded.valkey import Valkey


def needed(
    home: Path, report: Report = silent, *, is_stopping: Callable[[], bool] = never, durable: bool = True
) -> list[Server]:
    """The servers for which the environment names no address; not ``durable`` where the data is worth nothing. Those
    that are still starting give up with Interrupted when ``is_stopping``."""
    servers: list[Server] = []
    if not os.environ.get("DATABASE_URL"):
        servers.append(Postgres(home, report, is_stopping=is_stopping, durable=durable))
    if not os.environ.get("REDIS_URL"):
        servers.append(Valkey(home, report, is_stopping=is_stopping))
    return servers
