"""The launcher of the embedded servers: first start, restart, and whatever was killed in between."""

import fcntl
import math
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from marketplace.embedded import addresses, processes
from marketplace.embedded import server as launcher
from marketplace.embedded.binaries import postgres_binary
from marketplace.embedded.errors import AlreadyRunning, EmbeddedError, Interrupted
from marketplace.embedded.home import HomeLock, scratch_home, socket_folder
from marketplace.embedded.postgres import MEGABYTE, Postgres, tuning
from marketplace.embedded.server import PATIENCE, Server, State
from marketplace.embedded.servers import needed
from marketplace.embedded.valkey import Valkey


@pytest.fixture
def home() -> Iterator[Path]:
    """A home whose path is much longer than that of a socket may be, with a space in it."""
    outer = scratch_home("embedded")
    folder = outer / ("long " * 30)
    folder.mkdir()
    yield folder
    shutil.rmtree(outer)
    shutil.rmtree(addresses.socket_directory(folder), ignore_errors=True)


@pytest.fixture
def servers(home: Path) -> Iterator[list[Server]]:
    """Servers of this home that are stopped in the end, whatever the test did to them."""
    both: list[Server] = [Postgres(home, durable=False), Valkey(home)]
    yield both
    for server in both:
        server.stop()


def start(servers: list[Server]) -> None:
    for server in servers:
        server.start()
    for server in servers:
        server.wait()


def kill(server: Server) -> None:
    assert server.process is not None
    server.process.kill()
    server.process.wait()


def rows(home: Path, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(addresses.database_url(home), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_data_outlives_a_stop_and_a_kill_of_both(home: Path, servers: list[Server]) -> None:
    start(servers)
    rows(home, "CREATE TABLE kept AS SELECT 1 AS n")
    with redis.Redis.from_url(addresses.redis_url(home)) as client:
        client.set("kept", "yes")
    for server in servers:
        server.stop()
    start(servers)
    for server in servers:
        kill(server)
    start(servers)
    assert rows(home, "SELECT n FROM kept") == [(1,)]
    with redis.Redis.from_url(addresses.redis_url(home)) as client:
        assert client.get("kept") == b"yes"


def test_the_extensions_are_there(home: Path, servers: list[Server]) -> None:
    start(servers[:1])
    names = {name for (name,) in rows(home, "SELECT name FROM pg_available_extensions")}
    assert {"vector", "pg_trgm", "btree_gin", "unaccent", "citext", "pg_stat_statements"} <= names
    assert rows(home, "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'marketplace'") == [
        ("b", "PG_UNICODE_FAST")
    ]


def test_nobody_else_reaches_the_sockets(home: Path, servers: list[Server]) -> None:
    start(servers)
    folder = socket_folder(home)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name for path in folder.iterdir()} >= {".s.PGSQL.5432", "valkey.sock"}
    assert rows(home, "SHOW listen_addresses") == [("",)]


def test_a_socket_folder_open_to_others_is_refused(home: Path) -> None:
    socket_folder(home).chmod(0o755)
    with pytest.raises(EmbeddedError, match="open to others"):
        socket_folder(home)


def test_an_interrupted_first_start_is_begun_anew(home: Path, servers: list[Server]) -> None:
    half = home / "pg.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    start(servers[:1])
    assert rows(home, "SELECT 1") == [(1,)]
    assert not half.exists()


def test_a_second_server_waits_until_the_first_is_gone(home: Path, servers: list[Server]) -> None:
    """As after a kill -9 of the starter: the new one asks the old one to stop and takes over its data and socket."""
    start(servers[1:])
    said: list[str] = []
    second = Valkey(home, said.append)
    second.start()
    second.wait()
    assert "former Valkey" in said[0]
    assert servers[1].process is not None
    assert servers[1].process.wait(5) == 0
    assert (socket_folder(home) / "valkey.sock").exists()
    second.stop()


def test_servers_stop_when_their_starter_is_killed(home: Path) -> None:
    parent = os.fork()
    if parent == 0:  # a starter that is killed as soon as its servers answer
        try:
            start([Postgres(home, durable=False), Valkey(home)])
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(parent, 0)
    said: list[str] = []
    again: list[Server] = [Postgres(home, said.append, durable=False), Valkey(home, said.append)]
    start(again)
    assert rows(home, "SELECT 1") == [(1,)]
    for server in again:
        server.stop()


def test_a_server_that_cannot_start_says_why(home: Path, servers: list[Server]) -> None:
    start(servers[:1])
    servers[0].stop()
    (home / "pg" / "PG_VERSION").write_text("9\n")
    servers[0].start()
    with pytest.raises(EmbeddedError, match="not compatible"):
        servers[0].wait()


def test_another_process_with_the_number_of_a_killed_server_is_no_server(home: Path, servers: list[Server]) -> None:
    """As after a restart of the machine."""
    start(servers[:1])
    kill(servers[0])
    with subprocess.Popen(["sleep", "1000"]) as other:
        for mark in (home / "pg" / "postmaster.pid", socket_folder(home) / ".s.PGSQL.5432.lock"):
            _former, *lines = mark.read_text().splitlines(keepends=True)
            mark.write_text("".join([f"{other.pid}\n", *lines]))
        start(servers[:1])
        other.kill()
    assert rows(home, "SELECT 1") == [(1,)]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_all_processes_of_postgres_hold_its_lock(home: Path, servers: list[Server]) -> None:
    """So that there is none of a former server once the lock is ours."""
    start(servers[:1])
    assert servers[0].process is not None
    main = servers[0].process.pid
    with psycopg.connect(addresses.database_url(home)) as connection:
        lasting = connection.execute("SELECT pid FROM pg_stat_activity WHERE backend_type <> 'autovacuum worker'")
        for pid in [main, *(pid for (pid,) in lasting)]:
            assert home / "postgresql.lock" in {each.readlink() for each in Path(f"/proc/{pid}/fd").iterdir()}


def test_a_server_that_was_started_by_hand_is_left_alone(home: Path, servers: list[Server]) -> None:
    start(servers[:1])
    servers[0].stop()
    pid_file = home / "pg" / "postmaster.pid"
    command = [str(postgres_binary("postgres")), "-D", str(home / "pg"), "-h", "", "-k", str(home.parent)]
    by_hand = subprocess.Popen(processes.unprivileged(command, signal="INT"), stderr=subprocess.DEVNULL)
    try:
        while not pid_file.exists() or not pid_file.read_text():
            assert by_hand.poll() is None
            time.sleep(0.1)
        servers[0].start()
        with pytest.raises(EmbeddedError, match="already exists"):
            servers[0].wait()
        assert pid_file.read_text().startswith(f"{by_hand.pid}\n")
    finally:
        by_hand.send_signal(signal.SIGINT)
        by_hand.wait()


class Clock:
    """The launcher's time, which passes only where somebody waits."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Process:
    """A process that needs so many seconds to stop."""

    def __init__(self, clock: Clock, stops_after: float) -> None:
        self.clock, self.left = clock, stops_after
        self.was_killed = False

    def poll(self) -> None:
        return None

    def send_signal(self, number: int) -> None:
        assert number == signal.SIGINT

    def kill(self) -> None:
        self.was_killed, self.left = True, 0

    def wait(self, timeout: float = math.inf) -> int:
        waited = min(timeout, self.left)
        self.clock.sleep(waited)
        self.left -= waited
        if self.left > 0:
            raise subprocess.TimeoutExpired("postgres", timeout)
        return 0


class Slow(Postgres):
    """PostgreSQL that reads its log for ``reads`` seconds and says nothing for as long as it is ``mute`` afterwards."""

    def __init__(self, home: Path, clock: Clock, *, reads: float = 0, mute: float = 0, stops: float = 0) -> None:
        self.said: list[str] = []
        super().__init__(home, self.said.append)
        self.clock, self.reads, self.mute = clock, reads, mute
        self.running = Process(clock, stops)
        self.process = self.running  # type: ignore[assignment]

    def state(self) -> State:
        if self.clock.now < self.reads:
            return State.LOADING
        return State.SILENT if self.clock.now < self.reads + self.mute else State.READY


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(launcher, "time", clock)
    return clock


def test_what_a_crash_left_may_take_long_to_read(home: Path, clock: Clock) -> None:
    slow = Slow(home, clock, reads=20 * PATIENCE, mute=PATIENCE / 2)
    slow.wait()
    assert clock.now >= 20 * PATIENCE
    assert len(slow.said) > 100
    assert "reads its log of changes" in slow.said[0] and "postgresql.log" in slow.said[0]
    assert not slow.running.was_killed


def test_who_says_nothing_is_given_up(home: Path, clock: Clock) -> None:
    slow = Slow(home, clock, reads=PATIENCE, mute=math.inf)
    slow.log.write_text("the last word\n")
    with pytest.raises(EmbeddedError, match="the last word"):
        slow.wait()
    assert 2 * PATIENCE <= clock.now < 3 * PATIENCE


def test_its_starter_may_stop_while_it_reads(home: Path, clock: Clock) -> None:
    slow = Slow(home, clock, reads=math.inf)
    slow.is_stopping = lambda: clock.now > PATIENCE
    with pytest.raises(Interrupted):
        slow.wait()


def test_its_starter_may_stop_while_a_former_one_is_there(home: Path) -> None:
    with (home / "postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Interrupted):
            Postgres(home, is_stopping=lambda: True).start()


def test_postgres_has_minutes_for_its_last_checkpoint(home: Path, clock: Clock) -> None:
    slow = Slow(home, clock, stops=300)
    slow.stop()
    assert not slow.running.was_killed
    assert len(slow.said) > 50
    assert "writes to disk what it has in memory" in slow.said[0]


def test_who_never_stops_is_killed(home: Path, clock: Clock) -> None:
    slow = Slow(home, clock, stops=math.inf)
    slow.stop()
    assert slow.running.was_killed
    assert "is killed" in slow.said[-1]


def test_postgres_says_that_it_is_recovering(home: Path, servers: list[Server]) -> None:
    """It asks for a part of its log until the test lets it go on without."""
    server, go_on = servers[0], home / "go on"
    start([server])
    server.stop()
    wait = f"until test -e '{go_on}'; do sleep 0.1; done; false"
    with (home / "pg" / "postgresql.auto.conf").open("a") as settings:
        settings.write("restore_command = '" + wait.replace("'", "''") + "'\n")
    (home / "pg" / "recovery.signal").touch()
    server.start()
    while (state := server.state()) is State.SILENT:
        assert server.is_alive
        time.sleep(0.1)
    assert state is State.LOADING
    go_on.touch()
    server.wait()
    assert rows(home, "SELECT 1") == [(1,)]


def test_a_second_start_names_the_first(home: Path) -> None:
    with (
        HomeLock(home, "http://localhost:8123"),
        pytest.raises(AlreadyRunning, match=rf"process {os.getpid()}, at http://localhost:8123"),
        HomeLock(home, "http://localhost:8124"),
    ):
        pytest.fail("the home was held")
    with HomeLock(home, "http://localhost:8124"):
        pass


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(EmbeddedError, match="MARKETPLACE_HOME"), HomeLock(file / "home", ""):
        pass


def test_only_what_has_no_address_is_started(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    monkeypatch.delenv("REDIS_URL", raising=False)
    assert [server.name for server in needed(home)] == ["Valkey"]
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    assert needed(home) == []


@pytest.mark.parametrize(
    ("gigabytes", "buffers", "cache"),
    [(0.25, "64MB", "256MB"), (3, "512MB", "1536MB"), (24, "4096MB", "12288MB"), (96, "8192MB", "49152MB")],
)
def test_tuning_follows_the_memory(gigabytes: float, buffers: str, cache: str) -> None:
    options = tuning(int(gigabytes * 1024 * MEGABYTE), 100 * 1024 * MEGABYTE)
    assert options["shared_buffers"] == buffers
    assert options["effective_cache_size"] == cache


@pytest.mark.parametrize(("gigabytes", "log"), [(2, "1024MB"), (40, "4096MB"), (900, "16384MB")])
def test_tuning_follows_the_room_on_the_disk(gigabytes: int, log: str) -> None:
    assert tuning(8 * 1024 * MEGABYTE, gigabytes * 1024 * MEGABYTE)["max_wal_size"] == log


def test_addresses_for_django_and_celery(home: Path) -> None:
    socket = addresses.socket_directory(home) / "valkey.sock"
    assert len(str(socket)) < 100
    assert addresses.with_redis_database(addresses.redis_url(home), 1) == f"unix://{socket}?db=1"
    assert addresses.celery_url(addresses.redis_url(home)) == f"redis+socket://{socket}?virtual_host=0"
    database = addresses.django_database("postgresql://me:p%40ss@host:6432/shop?sslmode=require")
    assert (database["HOST"], database["PORT"], database["USER"], database["PASSWORD"]) == ("host", 6432, "me", "p@ss")
    assert database["OPTIONS"] == {"sslmode": "require"}


@pytest.fixture
def no_namespaces(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A machine on which ``unshare`` is refused, as in many containers."""
    refusing = tmp_path / "unshare"
    refusing.write_text("#!/bin/sh\nexit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    processes._can_map_users.cache_clear()
    yield
    processes._can_map_users.cache_clear()


@pytest.fixture
def open_home() -> Iterator[Path]:
    """A home that every user gets to; pytest's own folders are closed to others."""
    if any(not each.stat().st_mode & stat.S_IXOTH for each in postgres_binary("postgres").parents):
        pytest.skip("The virtual environment is in a folder that is closed to others.")
    folder = scratch_home("embedded")
    yield folder
    shutil.rmtree(folder)
    shutil.rmtree(addresses.socket_directory(folder), ignore_errors=True)


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="An ordinary user needs no other user.")


@as_root
def test_root_without_namespaces_runs_postgres_as_nobody(open_home: Path, no_namespaces: None) -> None:
    for _start in range(2):
        both: list[Server] = [Postgres(open_home, durable=False), Valkey(open_home)]
        start(both)
        assert rows(open_home, "SELECT 1") == [(1,)]
        assert (open_home / "pg").stat().st_uid == processes.NOBODY
        for server in both:
            server.stop()


@as_root
def test_root_without_namespaces_is_told_what_is_closed_to_nobody(home: Path, no_namespaces: None) -> None:
    home.chmod(0o700)
    with pytest.raises(EmbeddedError, match=r"through .* to .*DATABASE_URL"):
        Postgres(home, durable=False).start()
