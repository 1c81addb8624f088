"""What the embedded servers have in common: one process each, started, awaited, stopped."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path

from marketplace.embedded.errors import EmbeddedError, Interrupted

Report = Callable[[str], None]

PATIENCE = 60.0
"""Seconds to wait for a server that says nothing."""
LOG_LIMIT = 10_000_000
"""Bytes of log with which a server is started anew without emptying it."""
TELLS_EVERY = 5.0
"""Seconds between two reports of what is waited for."""


def silent(message: str) -> None:
    """A report that nobody reads."""


def never() -> bool:
    """Of a starter that wants its servers whatever happens."""
    return False


class State(Enum):
    """What a server says that is called."""

    SILENT = auto()
    LOADING = auto()
    """That it reads what it has on disk, which takes as long as there is something to read."""
    READY = auto()


class Wait:
    """A wait that is reported every few seconds."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.begun = self.told = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has been."""
        return time.monotonic() - self.begun

    def tell(self, what: str) -> None:
        """Says what is waited for, if that was not said just now."""
        if time.monotonic() - self.told >= TELLS_EVERY:
            self.told = time.monotonic()
            self.report(f"{what}, for {self.seconds:.0f} s by now.")


class Server(ABC):
    """A server of this home.

    Its process holds the lock ``<name>.lock``, and so do the processes that it forks, so that a second one never starts
    on the same data while anything of the first is alive.
    """

    name: str
    program: str
    stop_signal: signal.Signals
    kill_after: float = 15.0
    """Seconds after which it is killed when it was asked to stop."""
    process: "subprocess.Popen[bytes] | None" = None

    def __init__(self, home: Path, report: Report = silent, *, is_stopping: Callable[[], bool] = never) -> None:
        self.home = home
        self.report = report
        self.is_stopping = is_stopping

    @property
    def log(self) -> Path:
        """The file of what the server has to say."""
        return self.home / f"{self.name.lower()}.log"

    @property
    @abstractmethod
    def data(self) -> Path:
        """The server's data folder, in which its processes work."""

    @abstractmethod
    def prepare(self) -> None:
        """Makes the data folder where there is none."""

    @abstractmethod
    def command(self) -> list[str]:
        """What starts the server in the foreground."""

    @abstractmethod
    def state(self) -> State:
        """What it says when it is called now."""

    @abstractmethod
    def leftover(self) -> int | None:
        """Process id of a former server that its starter left behind, where one is known."""

    def start(self) -> None:
        """Starts the server, once a former one is gone. ``wait`` says when it answers. Raises EmbeddedError where it
        cannot be started, Interrupted where that is not wanted any more."""
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
        """Returns when the server answers, however long it reads first what a crash has left. Raises EmbeddedError
        where it does not answer, Interrupted where that is not wanted any more."""
        process = self.process
        assert process is not None
        wait = Wait(self.report)
        heard = 0.0
        while (state := self.state()) is not State.READY:
            if state is State.LOADING:
                heard = wait.seconds
                wait.tell(f"{self.name} reads its log of changes ({self.log} says how far it is)")
            if process.poll() is not None or wait.seconds - heard > PATIENCE:
                self.stop()
                raise EmbeddedError(f"{self.name} did not start. The end of {self.log}:\n{self._last_words()}")
            if self.is_stopping():
                raise Interrupted
            time.sleep(min(max(0.02, wait.seconds / 20), 0.5))  # the longer it takes, the less we disturb it

    @property
    def is_alive(self) -> bool:
        """Whether its process runs."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Stops the server; kills it where it does not obey."""
        if self.process is None:
            return
        self.process.send_signal(self.stop_signal)
        wait = Wait(self.report)
        while wait.seconds < self.kill_after:
            try:
                self.process.wait(min(TELLS_EVERY, self.kill_after))
                return
            except subprocess.TimeoutExpired:
                wait.tell(f"{self.name} writes to disk what it has in memory")
        self.report(f"{self.name} does not stop and is killed.")
        self.process.kill()
        self.process.wait()

    def _acquire(self) -> int:
        """The lock's descriptor, once everything of a former server is gone."""
        lock = os.open(self.home / f"{self.name.lower()}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._outlast_former(lock)
        except BaseException:
            os.close(lock)
            raise
        return lock

    def _outlast_former(self, lock: int) -> None:
        wait = Wait(self.report)
        asked = False
        while not _locked(lock):
            if self.is_stopping():
                raise Interrupted
            if wait.seconds > PATIENCE + self.kill_after:
                raise EmbeddedError(f"A former {self.name} of {self.home} (process {self.leftover()}) does not stop.")
            if wait.seconds > 1 and not asked:
                asked = True
                self.report(f"Waiting for a former {self.name} to stop: its starter was killed while it was at work.")
                self._stop_leftover()
            wait.tell(f"The former {self.name} (process {self.leftover()}) is still stopping")
            time.sleep(0.05)

    def _stop_leftover(self) -> None:
        """Asks a former server to stop, where its starter's death did not."""
        pid = self.living_leftover()
        if pid is not None:
            os.kill(pid, self.stop_signal)

    def living_leftover(self) -> int | None:
        """``leftover`` where that is still a server of this home: the id may have been given to another process."""
        pid = self.leftover()
        return pid if pid and self.program in _command_of(pid) and _works_in(pid, self.data) else None

    def _log_is_short(self) -> bool:
        return self.log.exists() and self.log.stat().st_size < LOG_LIMIT

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])


def _command_of(pid: int) -> str:
    """The command line of a process, "" where it cannot be known."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        ps = shutil.which("ps")
    if ps is None:
        return ""
    return subprocess.run([ps, "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False).stdout


def _works_in(pid: int, folder: Path) -> bool:
    """Whether it is the working folder of a process; True where that cannot be known."""
    try:
        return Path(f"/proc/{pid}/cwd").samefile(folder)
    except OSError:
        return sys.platform != "linux"


def _locked(lock: int) -> bool:
    """Takes the lock if it is free."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
