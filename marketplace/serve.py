"""One web process of ``manage.py run``: serves marketplace.asgi on sockets that it inherits.

``python -m marketplace.serve GATE FD [FD …]``. Several such processes share the sockets, and the kernel shares out the
connections. Everything is loaded at once, while the servers start and the database is brought up to date; serving
begins when the pipe GATE is closed at its other end.
"""

import os
import socket
import sys
from importlib import import_module

import uvicorn
from django.urls import get_resolver

GRACE_SECONDS = 3
"""Open event streams would hold up the stop for ever."""


def main(gate: int, descriptors: list[int]) -> None:
    """Serves until SIGINT or SIGTERM."""
    application = import_module("marketplace.asgi").application
    _load_pages()
    os.read(gate, 1)
    config = uvicorn.Config(
        application,
        lifespan="off",
        proxy_headers=False,  # marketplace.network says whom to believe; uvicorn believes all on this machine
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        server_header=False,
        date_header=True,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor) for descriptor in descriptors])


def _load_pages() -> None:
    """Imports all views now instead of at the first page."""
    get_resolver().url_patterns  # noqa: B018


if __name__ == "__main__":
    main(int(sys.argv[1]), [int(descriptor) for descriptor in sys.argv[2:]])
