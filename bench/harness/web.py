"""Web servers to measure, as processes of their own, and the smallest client that can ask them."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from marketplace.embedded.processes import tied

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PATIENCE: Final = 60.0
"""Seconds that a server has to answer."""


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def serving(command: list[str], port: int, environment: Mapping[str, str], *, log: Path) -> Iterator[int]:
    """The server's process id while it runs; it answers at ``port`` from the beginning.

    Raises RuntimeError with the end of its log where it does not start.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(  # tied: it goes when the benchmark is killed
            tied(command, signal="TERM"),
            cwd=ROOT,
            env=os.environ | dict(environment),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _await(port, process, log)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"A server did not start:\n{log.read_text()[-2000:]}") from None
            time.sleep(0.05)


def gunicorn(application: str, port: int, workers: int) -> list[str]:
    """The command of gunicorn with synchronous workers."""
    options = ["--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--worker-class", "sync", "--preload"]
    options += ["--graceful-timeout", "2"]
    return [sys.executable, "-m", "gunicorn", application, *options]


def production(home: Path, port: int) -> dict[str, str]:
    """The environment of the product as it is deployed, on the benchmark's own servers."""
    given = connection.settings_dict
    return {
        "MARKETPLACE_ENV": "production",
        "ALLOW_HTTP": "1",
        "SECRET_KEY": "benchmark" * 8,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": f"postgresql:///{given['NAME']}?host={given['HOST']}&user={given['USER']}",
        "REDIS_URL": settings.REDIS_URL,
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "STATIC_ROOT": str(home / "static"),
        "RATE_LIMITS": "on",
        "REQUESTS_AN_HOUR": "1000000",
    }


def plain_database() -> str:
    """The benchmark's database for ``bench.harness.plain``, as JSON, with Django's own engine."""
    kept = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "CONN_MAX_AGE", "CONN_HEALTH_CHECKS")
    entry = {name: connection.settings_dict[name] for name in kept}
    return json.dumps({"ENGINE": "django.db.backends.postgresql", **entry})


def fetch(port: int, path: str) -> bytes:
    """The answer to one request on a connection of its own; raises RuntimeError unless its status is 200."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as link:
        link.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        parts = []
        while part := link.recv(262_144):
            parts.append(part)
    answer = b"".join(parts)
    if b" 200 " not in answer[:20]:
        raise RuntimeError(f"{path}: {answer[:200]!r}")
    return answer
