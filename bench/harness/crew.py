"""The product as docker-compose.yml deploys it, on the benchmark's own servers: web, a worker for each queue, clock."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.harness import web
from bench.harness.site import say
from marketplace.running.processes import Child, Family

WEB_WORKERS: Final = 2
CELERY: Final = [sys.executable, "-m", "celery", "-A", "marketplace"]
MATCHING, MAIL, BULK, CLOCK, WEB = "matching", "mail", "bulk", "clock", "web"
QUEUES: Final = {MATCHING: ("matching,notification", 2), MAIL: ("mail", 2), BULK: ("bulk", 1)}
"""Queues and processes of each worker."""
PATIENCE: Final = 60.0
"""Seconds that a worker has to start."""


class Crew:
    """The running processes. Each names itself to PostgreSQL by its stage."""

    def __init__(self, home: Path, port: int, environment: Mapping[str, str]) -> None:
        self.port = port
        self.pids: dict[str, int] = {}
        self._home = home
        self._environment = environment
        self._families: dict[str, Family] = {}

    def start(self, stage: str) -> None:
        """Starts a stage and waits until it works."""
        log = (self._home / f"{stage}.log").open("wb")
        family = Family(os.environ | dict(self._environment) | {"PGAPPNAME": stage}, say)
        redirect = ["sh", "-c", 'exec "$@" >"$0" 2>&1', log.name]
        child = Child(stage, [*redirect, *self._command(stage)])
        log.close()
        family.add(child)
        self._families[stage] = family
        assert child.process is not None
        self.pids[stage] = child.process.pid
        self._await(stage, child)

    def stop(self, stage: str) -> None:
        """Stops a stage."""
        self._families.pop(stage).stop()
        self.pids.pop(stage)

    def stop_all(self) -> None:
        """Stops what runs, the last started first."""
        for stage in reversed(list(self._families)):
            self.stop(stage)

    def _command(self, stage: str) -> list[str]:
        if stage == WEB:
            bound = ["--config", "deploy/gunicorn.py", "--bind", f"127.0.0.1:{self.port}"]
            return [
                sys.executable,
                "-m",
                "gunicorn",
                "marketplace.wsgi:application",
                *bound,
                "--workers",
                f"{WEB_WORKERS}",
            ]
        if stage == CLOCK:
            return [*CELERY, "beat", "-l", "WARNING"]
        queues, processes = QUEUES[stage]
        return [*CELERY, "worker", "-l", "WARNING", "-Q", queues, "-n", f"{stage}@%h", "-c", str(processes)]

    def _await(self, stage: str, child: Child) -> None:
        deadline = time.monotonic() + PATIENCE
        while stage != CLOCK and not self._works(stage):
            if not child.is_alive or time.monotonic() > deadline:
                log = (self._home / f"{stage}.log").read_text()
                raise RuntimeError(f"{stage} did not start:\n{log[-2000:]}")
            time.sleep(0.2)

    def _works(self, stage: str) -> bool:
        if stage == WEB:
            try:
                return bool(web.fetch(self.port, "/healthz"))
            except OSError:
                return False
        ping = [*CELERY, "inspect", "ping", "-d", f"{stage}@{os.uname().nodename}", "-t", "2"]
        environment = os.environ | dict(self._environment)
        return subprocess.run(ping, cwd=web.ROOT, env=environment, capture_output=True, check=False).returncode == 0


@contextmanager
def crew(home: Path, *, mail_port: int) -> Iterator[Crew]:
    """A crew of which nobody works yet. Its mail goes to a server at ``mail_port``."""
    port = web.free_port()
    environment = web.production(home, port) | {"EMAIL_URL": f"smtp://127.0.0.1:{mail_port}", "LOG_LEVEL": "INFO"}
    made = Crew(home, port, environment)
    try:
        yield made
    finally:
        made.stop_all()
