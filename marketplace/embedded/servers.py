"""Which embedded servers are needed."""

import os
from pathlib import Path

from marketplace.embedded.postgres import Postgres
from marketplace.embedded.server import Report, Server, silent
from marketplace.embedded.valkey import Valkey


def needed(home: Path, report: Report = silent, *, durable: bool = True) -> list[Server]:
    """The servers for which the environment names no address; not ``durable`` where the data is worth nothing."""
    servers: list[Server] = []
    if not os.environ.get("DATABASE_URL"):
        servers.append(Postgres(home, report, durable=durable))
    if not os.environ.get("REDIS_URL"):
        servers.append(Valkey(home, report))
    return servers
