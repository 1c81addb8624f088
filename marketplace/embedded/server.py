"""What the embedded servers have in common: one process each, started, awaited, stopped."""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from marketplace.embedded.errors import EmbeddedError

Report = Callable[[str], None]

PATIENCE = 60.0
"""Seconds to wait for a server to answer, or for a former one to go."""
LOG_LIMIT = 10_000_000
"""Bytes of log with which a server is started anew without emptying it."""
KILL_AFTER = 15.0
"""Seconds after which a server that was asked to stop is killed."""


def silent(message: str) -> None:
    """A report that nobody reads."""


class Server(ABC):
    """A server of this home.

    Its process holds the lock ``<name>.lock``, and so do the processes that it forks, so that a second one never starts
    on the same data while anything of the first is alive.
    """

    name: str
    program: str
    stop_signal: signal.Signals
    process: "subprocess.Popen[bytes] | None" = None

    def __init__(self, home: Path, report: Report = silent) -> None:
        self.home = home
        self.report = report

    @property
    def log(self) -> Path:
        """The file of what the server has to say."""
        return self.home / f"{self.name.lower()}.log"

    @abstractmethod
    def prepare(self) -> None:
        """Makes the data folder where there is none."""

    @abstractmethod
    def command(self) -> list[str]:
        """What starts the server in the foreground."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server takes calls."""

    @abstractmethod
    def leftover(self) -> int | None:
        """Process id of a former server that its starter left behind, where one is known."""

    def start(self) -> None:
        """Starts the server. ``wait`` says when it answers."""
        lock = self._acquire()
        try:
            self.prepare()
            with self.log.open("ab" if self._log_is_short() else "wb") as log:
                self.process = subprocess.Popen(
                    self.command(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=[lock],
                    start_new_session=True,  # Ctrl-C is for the starter, who stops the servers last
                )
        finally:
            os.close(lock)

    def wait(self) -> None:
        """Returns when the server answers; raises EmbeddedError where it does not."""
        process = self.process
        assert process is not None
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise EmbeddedError(f"{self.name} did not start. The end of {self.log}:\n{self._last_words()}")
            time.sleep(0.02)

    @property
    def is_alive(self) -> bool:
        """Whether its process runs."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Stops the server; kills it where it does not obey."""
        if self.process is None:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(KILL_AFTER)
        except subprocess.TimeoutExpired:
            self.report(f"{self.name} does not stop and is killed.")
            self.process.kill()
            self.process.wait()

    def _acquire(self) -> int:
        """The lock's descriptor, once everything of a former server is gone."""
        lock = os.open(self.home / f"{self.name.lower()}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        begun = time.monotonic()
        asked = False
        while not _locked(lock):
            waited = time.monotonic() - begun
            if waited > PATIENCE:
                os.close(lock)
                raise EmbeddedError(f"A former {self.name} of {self.home} (process {self.leftover()}) does not stop.")
            if waited > 1 and not asked:
                asked = True
                self.report(f"Waiting for a former {self.name} to stop: its starter was killed while it was at work.")
                self._stop_leftover()
            time.sleep(0.05)
        return lock

    def _stop_leftover(self) -> None:
        """Asks a former server to stop, where its starter's death did not."""
        pid = self.leftover()
        if pid is not None and self.program in _command_of(pid):
            os.kill(pid, self.stop_signal)

    def _log_is_short(self) -> bool:
        return self.log.exists() and self.log.stat().st_size < LOG_LIMIT

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])


def _command_of(pid: int) -> str:
    """The command line of a process, "" where it cannot be known: an old process id may have been given to another."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        ps = shutil.which("ps")
    if ps is None:
        return ""
    return subprocess.run([ps, "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False).stdout


def _locked(lock: int) -> bool:
    """Takes the lock if it is free."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
