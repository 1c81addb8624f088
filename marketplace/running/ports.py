"""The address that the marketplace listens at."""

import errno
import shutil
import socket
import subprocess
from contextlib import suppress

from django.core.management import CommandError

HOSTS = ("127.0.0.1", "::1")
"""This machine alone: what runs in development is not made for strangers."""


def listen(port: int) -> list[socket.socket]:
    """Sockets that listen on this machine's addresses. Raises CommandError where the port is taken."""
    found = []
    for host in HOSTS:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with suppress(OSError) if family == socket.AF_INET6 else _explained(port):
            found.append(_socket(family, host, port))
    return found


def _socket(family: int, host: str, port: int) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((host, port))
        made.listen(1024)
    except OSError:
        made.close()
        raise
    made.set_inheritable(True)
    return made


class _explained:  # noqa: N801  reads as a word
    """Turns the system's errors about a port into words."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, OSError):
            return
        if error.errno == errno.EADDRINUSE:
            raise CommandError(
                f"Port {self.port} is taken{_by_whom(self.port)}. Choose another one: PORT={self.port + 1} make run"
            ) from error
        raise CommandError(
            f"Cannot listen on port {self.port}: {error.strerror}. Choose another one with PORT."
        ) from error


def _by_whom(port: int) -> str:
    """By which process, where ``ss`` is there to say so."""
    if shutil.which("ss") is None:
        return ""
    command = ["ss", "-Hltnp", f"sport = :{port}"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603
    _before, _mark, after = said.partition('users:(("')
    return f" by {after.partition(chr(34))[0]}" if after else ""
