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
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.db.migrations import Migration

from marketplace.embedded.addresses import socket_directory
from marketplace.embedded.home import scratch_home
from marketplace.management.commands.run import DEMO, DIRECT, EMPTY, Migrate, log_ins
from marketplace.running.processes import Child
from sitesettings.models import DemoState
from tests import factories

MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]
PATIENCE = 240.0
INHERITED = ["DATABASE_URL", "REDIS_URL", "REDIS_PREFIX", "SITE_URL", "RATE_LIMITS", "DJANGO_SETTINGS_MODULE"]
INHERITED += ["NO_PROXY", "no_proxy", "http_proxy"]
PROXY = "http://127.0.0.1:9"
"""A proxy that leads nowhere: nothing that stays on this machine may ask it."""


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
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """For a folder beside the home, which is not the project's."""
        own = {"MARKETPLACE_HOME": self.home.name, "PORT": str(self.port), "HTTP_PROXY": PROXY}
        return {name: value for name, value in os.environ.items() if name not in INHERITED} | own

    def start(self) -> "subprocess.Popen[bytes]":
        """The process that runs, once it serves; started unless it runs already."""
        process = self.process if self.process is not None and self.process.poll() is None else self.launch()
        until(lambda: self.said("Stop with Ctrl-C"))
        return process

    def launch(self) -> "subprocess.Popen[bytes]":
        """A new process, of which nothing is known yet."""
        command = [*MANAGE, "run", "--no-demo"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=self.home.parent, env=self.environment, stdout=log, stderr=log)
        return self.process

    def stop(self) -> int | None:
        """Asks it to stop and waits until it has; its status, or None where it never ran."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(60)

    def manage(self, *arguments: str, **changed: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*MANAGE, *arguments],
            cwd=self.home.parent,
            env=self.environment | changed,
            capture_output=True,
            text=True,
            check=False,
        )

    def answers(self, path: str = "/healthz") -> bool:
        with suppress(OSError), DIRECT.open(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
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


@contextmanager
def a_marketplace() -> Iterator[Marketplace]:
    """One that does not run yet, in a home of its own."""
    marketplace = Marketplace(scratch_home("run"))
    yield marketplace
    marketplace.stop()
    for folder in (marketplace.home, socket_directory(marketplace.home)):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def marketplace() -> Iterator[Marketplace]:
    """One for all tests here, since starting it takes seconds; each brings it into the state that it needs."""
    with a_marketplace() as made:
        yield made


@pytest.fixture
def running(marketplace: Marketplace) -> Marketplace:
    marketplace.start()
    return marketplace


@pytest.fixture
def stopped(marketplace: Marketplace) -> Marketplace:
    marketplace.stop()
    return marketplace


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_pages_are_served_and_everything_is_ready(running: Marketplace) -> None:
    assert running.answers("/")
    assert running.answers("/readyz")


def test_addresses_that_callers_claim_are_not_believed(running: Marketplace) -> None:
    left = []
    for number in range(3):
        asked = urllib.request.Request(
            f"http://127.0.0.1:{running.port}/api/v1/suggestions/?q=lo", headers={"X-Forwarded-For": f"10.0.0.{number}"}
        )
        with DIRECT.open(asked, timeout=30) as answer:
            left.append(answer.headers["X-RateLimit-Remaining"])
    assert left != ["119"] * 3, "Three calls of one caller, whatever she calls herself."


def test_commands_reach_the_servers_of_the_same_home(running: Marketplace) -> None:
    member = running.manage("member", "clara@example.com")
    assert member.returncode == 0, member.stderr
    assert json.loads(member.stdout)["email"] == "clara@example.com"


def test_a_second_start_names_the_first(running: Marketplace) -> None:
    second = running.manage("run")
    assert second.returncode != 0
    assert f"already running, by process {running.start().pid}, at http://localhost:{running.port}" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_taken_port_is_named(running: Marketplace, tmp_path: Path) -> None:
    second = running.manage("run", MARKETPLACE_HOME=str(tmp_path))
    assert second.returncode != 0
    assert f"Port {running.port} is taken" in second.stderr
    assert f"PORT={running.port + 1}" in second.stderr


@pytest.mark.parametrize("words", ["marketplace.serve", "valkey-server", "bin/postgres", "matching@", " beat"])
def test_what_is_killed_comes_back(running: Marketplace, words: str) -> None:
    before, whole = running.one(words), running.start()
    os.kill(before, signal.SIGKILL)
    until(lambda: any(words in command and pid != before for pid, command in running.processes().items()))
    until(lambda: running.answers("/readyz"))
    assert running.answers("/")
    assert whole.poll() is None


def test_it_stops_and_leaves_nothing(running: Marketplace) -> None:
    assert running.stop() == 0
    assert running.processes() == {}


def test_without_it_commands_say_so(stopped: Marketplace) -> None:
    answer = stopped.manage("member", "clara@example.com")
    assert answer.returncode != 0
    assert f"The marketplace in {stopped.home} is not running" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_processes_find_the_project_wherever_it_is_called(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    child = Child("any", [sys.executable, "-c", "import marketplace.running"])
    child.start(os.environ)
    assert child.process is not None
    assert child.process.wait() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "said"), [("", EMPTY), ("making", EMPTY), ("made", DEMO), ("removing", EMPTY), ("removed", EMPTY)]
)
def test_log_ins_are_told_where_a_demo_is_there(state: str, said: str) -> None:
    if state:
        DemoState.objects.create(state=state)
    assert log_ins() == said


@pytest.mark.django_db
def test_nobody_is_led_to_a_setup_that_is_done() -> None:
    factories.make_member("ada@example.com", is_staff=True, is_superuser=True)
    assert log_ins() == ""


def test_it_says_how_far_the_migrations_are() -> None:
    said: list[str] = []
    command = Migrate(lambda: False, said.append, every=0)
    command.verbosity = 0
    for number in (1, 2):
        migration = Migration(f"000{number}_step", "shop")
        command.migration_progress_callback("apply_start", migration)
        command.migration_progress_callback("apply_success", migration)
    assert said[-1] == "2 migrations done, the last one is shop.0002_step."
    assert len(said) == 2


def test_it_stops_between_two_migrations_and_goes_on_later() -> None:
    with a_marketplace() as marketplace:
        process = marketplace.launch()
        until(lambda: marketplace.said("Bringing the database up to date."))
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0
        assert marketplace.said("Stopped.")
        assert not marketplace.said("Starting the web server.")
        assert "Traceback" not in marketplace.log.read_text()
        marketplace.start()
        assert marketplace.answers("/readyz")
        assert marketplace.stop() == 0


def test_a_killed_one_leaves_nothing_and_starts_again(running: Marketplace) -> None:
    process = running.start()
    process.kill()
    process.wait()
    until(lambda: not running.processes())
    running.start()
    assert running.answers("/readyz")
