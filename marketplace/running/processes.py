"""The processes of a running marketplace: started, watched, started anew when they die, stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from django.conf import settings

from marketplace.embedded.processes import tied

STOP_SECONDS = 10.0
"""How long a process may take to stop before it is killed."""
SOONEST_RESTART = 2.0
"""Seconds between two starts of a process that keeps dying."""


@dataclass
class Child:
    """One process that has to be there; it works in the project's folder. ``sockets`` are descriptors that it
    inherits."""

    name: str
    command: Sequence[str]
    sockets: Sequence[int] = ()
    process: "subprocess.Popen[bytes] | None" = None
    started: float = field(default=0.0)

    def start(self, environment: Mapping[str, str]) -> None:
        """Starts it in a session of its own: Ctrl-C is for us, who stop it."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            tied(list(self.command), signal="TERM"),
            pass_fds=tuple(self.sockets),
            env=dict(environment),
            cwd=settings.BASE_DIR,
            start_new_session=True,
        )

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Sends SIGTERM."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, deadline: float) -> None:
        """Waits until the deadline (monotonic), then kills it with everything that it started."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, deadline - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Family:
    """All processes of a running marketplace."""

    def __init__(self, environment: Mapping[str, str], report: Callable[[str], None]) -> None:
        self.environment = environment
        self.report = report
        self.children: list[Child] = []

    def add(self, child: Child) -> None:
        """Starts another one."""
        self.children.append(child)
        child.start(self.environment)

    def look_after(self) -> None:
        """Starts anew what has died; called every now and then."""
        for child in self.children:
            if child.process is None or child.process.poll() is None:
                continue
            if time.monotonic() - child.started < SOONEST_RESTART:
                continue
            self.report(f"{child.name} has died ({child.process.returncode}) and is started anew.")
            child.start(self.environment)

    def stop(self) -> None:
        """Stops all of them, the last started first."""
        for child in reversed(self.children):
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(self.children):
            child.wait(deadline)
        self.children.clear()
