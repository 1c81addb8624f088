"""The embedded Valkey."""

import signal
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from marketplace.embedded.binaries import valkey_binary
from marketplace.embedded.home import socket_folder
from marketplace.embedded.processes import tied
from marketplace.embedded.server import Server, State


class Valkey(Server):
    """Valkey on a Unix socket. It keeps a log of changes, so queued work outlives a restart, and evicts nothing."""

    name = "Valkey"
    program = "valkey-server"
    stop_signal = signal.SIGTERM

    @property
    def data(self) -> Path:
        """Valkey's data folder."""
        return self.home / "valkey"

    @property
    def socket(self) -> Path:
        """Valkey's socket."""
        return socket_folder(self.home) / "valkey.sock"

    def prepare(self) -> None:
        """Makes the data folder."""
        self.data.mkdir(mode=0o700, exist_ok=True)

    def command(self) -> list[str]:
        """``valkey-server`` with its options."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "pidfile": str(self.data / "pid"),
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        flags = [part for name, value in options.items() for part in (f"--{name}", value)]
        return tied([str(valkey_binary()), *flags], signal="TERM")

    def state(self) -> State:
        """See ``Server.state``."""
        once = Retry(NoBackoff(), 0)
        with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=5, retry=once) as client:
            try:
                client.ping()
            except redis.BusyLoadingError:
                return State.LOADING
            except redis.RedisError:
                return State.SILENT
        return State.READY

    def leftover(self) -> int | None:
        """From its pid file."""
        try:
            return int((self.data / "pid").read_text())
        except (OSError, ValueError):
            return None
