"""The embedded PostgreSQL."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from marketplace.embedded.binaries import postgres_binary
from marketplace.embedded.errors import EmbeddedError
from marketplace.embedded.home import socket_folder
from marketplace.embedded.processes import hand_over, require_reach, unprivileged
from marketplace.embedded.server import Report, Server, State, never, silent

USER = "app"
DATABASE = "marketplace"
MEGABYTE = 1024 * 1024
INITDB = [
    *("-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"),
    *("--locale-provider=builtin", "--locale=C.UTF-8", "--builtin-locale=PG_UNICODE_FAST"),
]


class Postgres(Server):
    """PostgreSQL on a Unix socket that only this user reaches, hence without a password."""

    name = "PostgreSQL"
    program = "postgres"
    stop_signal = signal.SIGINT  # TERM would wait for clients to leave
    kill_after = 600.0  # its last checkpoint may have gigabytes to write, and without it the next start reads the log

    def __init__(
        self,
        home: Path,
        report: Report = silent,
        *,
        is_stopping: Callable[[], bool] = never,
        durable: bool = True,
    ) -> None:
        super().__init__(home, report, is_stopping=is_stopping)
        self.durable = durable

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.home / "pg"

    def prepare(self) -> None:
        """Makes the cluster under another name first, so that an interrupted start never looks finished."""
        require_reach(self.data, postgres_binary("postgres"))
        self._remove_stale_marks()
        if self.data.exists():
            return
        self.report("Making the database cluster.")
        new = self.home / "pg.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        hand_over(new)
        initdb = [str(postgres_binary("initdb")), "-D", str(new), *INITDB]
        done = subprocess.run(unprivileged(initdb, signal="KILL"), capture_output=True, text=True, check=False)
        if done.returncode:
            raise EmbeddedError(
                f"PostgreSQL's initdb failed in {self.home}:\n{done.stderr.strip()}\n"
                "Set MARKETPLACE_HOME to another folder, or DATABASE_URL to a server of your own."
            )
        new.rename(self.data)

    def _remove_stale_marks(self) -> None:
        """Removes the files that name the process of a server that was killed, for where any process has that id by
        now, PostgreSQL takes it for the former server and does not start. Every process of a server of ours would hold
        our lock; one that somebody started by hand is left alone."""
        if self.living_leftover() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            (socket_folder(self.home) / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def command(self) -> list[str]:
        """``postgres`` with options for this machine."""
        options = tuning(memory(), shutil.disk_usage(self.home).free) | {
            "listen_addresses": "",
            "unix_socket_directories": str(socket_folder(self.home)),
            "unix_socket_permissions": "0700",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        hand_over(self.data, socket_folder(self.home))
        return unprivileged([str(postgres_binary("postgres")), "-D", str(self.data), *settings], signal="INT")

    def state(self) -> State:
        """See ``Server.state``. The database is made on the way where the cluster is new."""
        where = make_conninfo(host=str(socket_folder(self.home)), user=USER, dbname="postgres", connect_timeout=5)
        said = PGconn.ping(where.encode())
        if said != Ping.OK:
            return State.LOADING if said == Ping.REJECT else State.SILENT
        try:
            with psycopg.connect(where, autocommit=True) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                if known is None:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError:
            return State.SILENT
        return State.READY

    def leftover(self) -> int | None:
        """From ``postmaster.pid``."""
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None


def memory() -> int:
    """Bytes of memory that this machine, or the container that we are in, may use."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(physical, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    except (OSError, ValueError):
        return physical


def tuning(memory: int, disk: int) -> dict[str, str]:
    """PostgreSQL's options for a machine with so many bytes of memory, which it shares with everything else, and of
    room on the disk."""

    def share(part: int, least: int, most: int, of: int = memory) -> str:
        return f"{max(least, min(most, of // part // MEGABYTE))}MB"

    return {
        "max_connections": "200",
        "shared_buffers": share(6, 64, 8192),
        "effective_cache_size": share(2, 256, 65536),
        "maintenance_work_mem": share(32, 64, 1024),
        "work_mem": share(1024, 4, 32),
        "dynamic_shared_memory_type": "posix" if _roomy_shared_memory() else "mmap",
        # Each block is logged as a whole once between two checkpoints: with little room for the log, loading millions
        # of pages, whose indexes are written everywhere, logs hardly anything else.
        "max_wal_size": share(10, 1024, 16384, disk),
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",  # our queries are short, compiling them takes longer
    }


def _roomy_shared_memory() -> bool:
    """Whether /dev/shm can hold a parallel index build; containers often get 64 MB."""
    try:
        state = os.statvfs("/dev/shm")  # noqa: S108
    except OSError:
        return False
    return state.f_bavail * state.f_frsize >= 1024 * MEGABYTE
