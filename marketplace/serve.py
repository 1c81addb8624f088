"""One web process of ``manage.py run``: serves marketplace.asgi on sockets that it inherits.

``python -m marketplace.serve FD [FD …]``. Several such processes share the sockets, and the kernel shares out the
connections.
"""

import socket
import sys

import uvicorn

GRACE_SECONDS = 3
"""Open event streams would hold up the stop for ever."""


def main(descriptors: list[str]) -> None:
    """Serves until SIGINT or SIGTERM."""
    sockets = [socket.socket(fileno=int(descriptor)) for descriptor in descriptors]
    config = uvicorn.Config(
        "marketplace.asgi:application",
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        server_header=False,
        date_header=True,
    )
    uvicorn.Server(config).run(sockets=sockets)


if __name__ == "__main__":
    main(sys.argv[1:])
