"""The home: the folder of the embedded servers' data, held by one starter at a time."""

import fcntl
import json
import os
import tempfile
from pathlib import Path
from types import TracebackType

from marketplace.embedded import addresses
from marketplace.embedded.errors import AlreadyRunning, EmbeddedError
from marketplace.embedded.processes import unprivileged_user


def socket_folder(home: Path) -> Path:
    """The folder of the home's sockets, made if need be, and certain to be nobody else's."""
    folder = addresses.socket_directory(home)
    folder.mkdir(mode=0o700, exist_ok=True)
    state = folder.lstat()
    ours = {os.geteuid(), unprivileged_user()}
    if folder.is_symlink() or state.st_uid not in ours or state.st_mode & 0o077:
        raise EmbeddedError(f"{folder} belongs to somebody else or is open to others. Remove it and start again.")
    return folder


def scratch_home(use: str) -> Path:
    """A new folder for a home that nobody keeps; its name tells the use. Others may go through it, not look into it:
    started by root, PostgreSQL may have to run as somebody else (``processes.unprivileged``)."""
    home = Path(tempfile.mkdtemp(prefix=f"marketplace-{use}-"))
    home.chmod(0o711)
    return home


class HomeLock:
    """Held while a starter uses the home; the lock file says who that is."""

    def __init__(self, home: Path, address: str) -> None:
        self.home = home
        self.address = address
        self._file = -1

    def __enter__(self) -> "HomeLock":
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise EmbeddedError(f"Cannot write to {self.home}: {error.strerror}. Set MARKETPLACE_HOME.") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(self._who()) from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, json.dumps({"pid": os.getpid(), "address": self.address}).encode(), 0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)

    def _who(self) -> str:
        """Who holds the home, for the second starter."""
        try:
            holder = json.loads(os.pread(self._file, 4096, 0))
            who = f"by process {holder['pid']}, at {holder['address']}"
        except (ValueError, KeyError):
            who = "by another process"
        return (
            f"The marketplace in {self.home} is already running, {who}. "
            "To run a second one beside it, set MARKETPLACE_HOME and PORT."
        )
