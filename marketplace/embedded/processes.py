"""Commands whose processes stop when the process that started them dies, whatever it died of."""

import os
import shutil
import stat
import subprocess
import sys
from functools import cache
from pathlib import Path

from marketplace.embedded.errors import EmbeddedError

NOBODY = 65534


def tied(command: list[str], *, signal: str) -> list[str]:
    """The command, changed so that its process gets ``signal`` (INT, TERM, KILL) when its starter dies.

    The one place where platforms differ: elsewhere than on Linux the command stays as it is, a plain child process, and
    what a killed starter leaves running is stopped by the next start.
    """
    if sys.platform != "linux" or shutil.which("setpriv") is None:
        return command
    return ["setpriv", "--pdeathsig", signal, "--", *command]


def unprivileged(command: list[str], *, signal: str) -> list[str]:
    """``tied``, for a program that refuses to run as root: as nobody where we are root."""
    if os.geteuid() != 0:
        return tied(command, signal=signal)
    if _can_map_users():
        mapping = [f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
        return ["unshare", "--user", *mapping, "--", *tied(command, signal=signal)]
    if shutil.which("setpriv") is None:
        raise EmbeddedError(
            "PostgreSQL refuses to run as root, and neither unshare nor setpriv is here to run it as somebody else. "
            "Start as an ordinary user, or set DATABASE_URL to a server of your own."
        )
    become = ["--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", "--pdeathsig", signal]
    return ["setpriv", *become, "--", *command]


def unprivileged_user() -> int:
    """The user id that files of ``unprivileged`` commands belong to."""
    return NOBODY if os.geteuid() == 0 and not _can_map_users() else os.geteuid()


def hand_over(*paths: Path) -> None:
    """Gives the folders to the user that ``unprivileged`` commands run as, where that is not ours."""
    user = unprivileged_user()
    if user == os.geteuid():
        return
    for path in paths:
        for each in [path, *path.rglob("*")]:
            os.chown(each, user, user, follow_symlinks=False)


def require_reach(*paths: Path) -> None:
    """Raises EmbeddedError where the user that ``unprivileged`` commands run as cannot get to one of the paths."""
    if unprivileged_user() == os.geteuid():
        return
    for path in paths:
        closed = next((each for each in reversed(path.parents) if not each.stat().st_mode & stat.S_IXOTH), None)
        if closed is not None:
            raise EmbeddedError(
                f"PostgreSQL refuses to run as root, unshare is not allowed here, and as the user nobody it cannot get "
                f"through {closed} to {path}. Start as an ordinary user, move to a folder that others may enter, "
                "or set DATABASE_URL to a server of your own."
            )


@cache
def _can_map_users() -> bool:
    """Whether this root may become nobody in a user namespace, which needs no change to any file's owner."""
    trial = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--", "true"]
    try:
        return subprocess.run(trial, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
