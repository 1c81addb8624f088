"""``manage.py run``: one command, whatever is killed, and nothing is left of it in the end."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings

from marketplace.embedded.addresses import socket_directory

PATIENCE = 90.0
INHERITED = ["DATABASE_URL", "REDIS_URL", "REDIS_PREFIX", "SITE_URL", "RATE_LIMITS", "DJANGO_SETTINGS_MODULE"]


def until(what: Callable[[], object], patience: float = PATIENCE) -> None:
    """Waits until it is true; fails where it does not become so."""
    deadline = time.monotonic() + patience
    while not what():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class Marketplace:
    """A running marketplace of this test's own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.log = home / "run.log"
        self.process = self.run()

    @property
    def environment(self) -> dict[str, str]:
        own = {"MARKETPLACE_HOME": str(self.home), "PORT": str(self.port)}
        return {name: value for name, value in os.environ.items() if name not in INHERITED} | own

    def run(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "manage.py", "run", "--no-demo"]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, cwd=settings.BASE_DIR, env=self.environment, stdout=log, stderr=log)

    def manage(self, *arguments: str, **changed: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=self.environment | changed,
            capture_output=True,
            text=True,
            check=False,
        )

    def answers(self, path: str = "/healthz") -> bool:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return bool(answer.status == 200)
        return False

    def said(self, words: str) -> bool:
        return words in self.log.read_text()

    def processes(self) -> dict[int, str]:
        """What runs for this home, by process id: the servers and our own processes name it or inherit it."""
        marks = [str(self.home), str(socket_directory(self.home))]
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                command = (folder / "cmdline").read_text().replace("\0", " ")
                known = command + (folder / "environ").read_bytes().decode(errors="replace")
                if any(mark in known for mark in marks):
                    found[int(folder.name)] = command
        return found

    def one(self, words: str) -> int:
        return next(pid for pid, command in sorted(self.processes().items()) if words in command)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marketplace]:
    home = tmp_path_factory.mktemp("run")
    marketplace = Marketplace(home)
    until(lambda: marketplace.said("Stop with Ctrl-C"))
    yield marketplace
    if marketplace.process.poll() is None:
        marketplace.process.terminate()
        marketplace.process.wait(60)
    shutil.rmtree(socket_directory(home), ignore_errors=True)


# These go through one life of a marketplace in the order of the file: "make test" keeps modules whole.
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_pages_are_served_and_everything_is_ready(running: Marketplace) -> None:
    assert running.answers("/")
    assert running.answers("/readyz")


def test_commands_reach_the_servers_of_the_same_home(running: Marketplace) -> None:
    member = running.manage("member", "clara@example.com")
    assert member.returncode == 0, member.stderr
    assert json.loads(member.stdout)["email"] == "clara@example.com"


def test_a_second_start_names_the_first(running: Marketplace) -> None:
    second = running.manage("run")
    assert second.returncode != 0
    assert f"already running, by process {running.process.pid}, at http://localhost:{running.port}" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_taken_port_is_named(running: Marketplace, tmp_path: Path) -> None:
    second = running.manage("run", MARKETPLACE_HOME=str(tmp_path))
    assert second.returncode != 0
    assert f"Port {running.port} is taken" in second.stderr
    assert f"PORT={running.port + 1}" in second.stderr


@pytest.mark.parametrize("words", ["marketplace.serve", "valkey-server", "bin/postgres", "matching@", " beat"])
def test_what_is_killed_comes_back(running: Marketplace, words: str) -> None:
    before = running.one(words)
    os.kill(before, signal.SIGKILL)
    until(lambda: any(words in command and pid != before for pid, command in running.processes().items()))
    until(lambda: running.answers("/readyz"))
    assert running.answers("/")
    assert running.process.poll() is None


def test_it_stops_within_seconds_and_leaves_nothing(running: Marketplace) -> None:
    begun = time.monotonic()
    running.process.terminate()
    assert running.process.wait(60) == 0
    assert time.monotonic() - begun < 30
    assert running.processes() == {}


def test_without_it_commands_say_so(running: Marketplace) -> None:
    answer = running.manage("member", "clara@example.com")
    assert answer.returncode != 0
    assert f"The marketplace in {running.home} is not running" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_killed_one_leaves_nothing_and_starts_again(running: Marketplace) -> None:
    running.log.unlink()
    running.process = running.run()
    until(lambda: running.said("Stop with Ctrl-C"))
    running.process.kill()
    running.process.wait()
    until(lambda: not running.processes())
    running.log.unlink()
    running.process = running.run()
    until(lambda: running.said("Stop with Ctrl-C"))
    assert running.answers("/readyz")
