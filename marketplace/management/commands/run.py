"""``manage.py run``: the whole marketplace on this machine, until Ctrl-C or SIGTERM."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from types import FrameType
from typing import Any
from urllib.request import ProxyHandler, build_opener

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser, call_command, get_commands
from django.core.management.commands import migrate
from django.db.migrations import Migration

from accounts.actions.setup import is_set_up
from marketplace.embedded.errors import EmbeddedError, Interrupted
from marketplace.embedded.home import HomeLock
from marketplace.embedded.server import Server
from marketplace.embedded.servers import needed
from marketplace.running.ports import listen
from marketplace.running.processes import Child, Family
from sitesettings.models import DemoState

PATIENCE = 60.0
"""Seconds to wait for the first page."""
DIRECT = build_opener(ProxyHandler({}))
"""Whatever proxy leads into the world does not lead to this machine."""
# Celery warns root because of pickle; our workers take JSON alone.
QUIET = ["-W", "ignore:You're running the worker with superuser privileges"]
CELERY = [sys.executable, *QUIET, "-m", "celery", "--quiet", "-A", "marketplace"]
WORKER = [*CELERY, "worker", "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--pool", "prefork"]
PATHS = ["MARKETPLACE_HOME", "MARKETPLACE_DATA", "SEARCH_DIR", "MEDIA_ROOT", "PRIVATE_ROOT"]
"""What may be given relative to the folder that we were called in. Our processes work in the project's."""
DEMO = """
    client@example.com     posts requests
    provider@example.com   offers services
    admin@example.com      watches the marketplace at /insights/ and edits it at /admin/
  The password of all three is demo-marketplace. Every email is at /dev/mail/.
"""
EMPTY = """  Without a demo, the first admin is made at /setup/, with the key that "python manage.py setup_key" prints.
"""


def log_ins() -> str:
    """How to get in where nobody may know it yet."""
    if DemoState.objects.filter(state=DemoState.State.MADE).exists():
        return DEMO
    return "" if is_set_up() else EMPTY


class Migrate(migrate.Command):
    """``migrate`` that can be stopped: between two migrations, each of which is whole and noted. Says every few seconds
    how far it is."""

    def __init__(self, is_stopping: Callable[[], bool], say: Callable[[str], None], *, every: float = 2.0) -> None:
        super().__init__()
        self.is_stopping, self.say, self.every = is_stopping, say, every
        self.done, self.said = 0, time.monotonic()

    def migration_progress_callback(self, action: str, migration: Migration | None = None, fake: bool = False) -> None:
        """Raises Interrupted after a migration where one wants to stop."""
        super().migration_progress_callback(action, migration, fake)
        if action != "apply_success":
            return
        self.done += 1
        if time.monotonic() - self.said >= self.every:
            self.said = time.monotonic()
            self.say(f"{self.done} migrations done, the last one is {migration}.")
        if self.is_stopping():
            raise Interrupted


class Command(BaseCommand):
    """Starts the servers, migrates, seeds the demo on first start, serves."""

    help = "Runs the whole marketplace: database, broker, web, workers and clock. Stops with Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds --no-demo."""
        parser.add_argument("--no-demo", action="store_true", help="leave the marketplace as it is, empty at first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs until a signal comes."""
        if settings.PRODUCTION:
            raise CommandError("This is for development and trial. docker-compose.yml shows a production set-up.")
        self.begun = time.monotonic()
        self.stopping = False
        self.demo = not options["no_demo"]
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, self._stop)
        with ExitStack() as stack, suppress(Interrupted):
            try:
                self._run(stack)
            except EmbeddedError as error:
                raise CommandError(str(error)) from error
        self._say("Stopped.")

    def _run(self, stack: ExitStack) -> None:
        address = settings.SITE_ORIGIN
        stack.enter_context(HomeLock(settings.MARKETPLACE_HOME, address))
        sockets = listen(settings.PORT)
        servers = needed(settings.MARKETPLACE_HOME, self._say, is_stopping=self._is_stopping)
        for server in servers:
            stack.callback(server.stop)
        self.environment = os.environ | {name: str(getattr(settings, name)) for name in PATHS}
        family = Family(self.environment, self._say)
        stack.callback(family.stop)
        gate, opener = os.pipe()
        descriptors = [gate, *(each.fileno() for each in sockets)]
        serve = [sys.executable, "-m", "marketplace.serve", *map(str, descriptors)]
        first = Child("Web process 1", serve, descriptors)
        family.add(first)  # loads while the servers start
        self._start(servers)
        if self.stopping:
            return
        self._say("Bringing the database up to date.")
        call_command(Migrate(self._is_stopping, self._say), verbosity=0, interactive=False)
        if self.stopping:
            return
        os.close(opener)
        self._wait_for_page(first)
        family.add(Child("Web process 2", serve, descriptors))
        family.add(
            Child("Worker for matching", [*WORKER, "-Q", "matching,notification", "-c", "2", "-n", "matching@%h"])
        )
        family.add(Child("Worker for mail", [*WORKER, "-Q", "mail,bulk", "-c", "1", "-n", "mail@%h"]))
        family.add(Child("Clock", [*CELERY, "beat", "--loglevel", "WARNING"]))
        if self.demo:
            self._seed()
        if not self.stopping:
            self.stdout.write(f"\n  The marketplace is at {address}\n{log_ins()}\n  Stop with Ctrl-C.\n")
            self.stdout.flush()
        while not self.stopping:
            self._look_after(servers)
            family.look_after()
            time.sleep(0.3)
        self._say("Stopping.")

    def _start(self, servers: list[Server]) -> None:
        if servers:
            self._say(f"Starting {' and '.join(server.name for server in servers)}.")
        for server in servers:
            server.start()
        for server in servers:
            server.wait()

    def _look_after(self, servers: list[Server]) -> None:
        """Starts anew what has died."""
        for server in servers:
            if server.is_alive or server.process is None:
                continue
            self._say(f"{server.name} has died ({server.process.returncode}) and is started anew.")
            server.start()
            server.wait()

    def _wait_for_page(self, web: Child) -> None:
        self._say("Starting the web server.")
        deadline = time.monotonic() + PATIENCE
        while not self.stopping and time.monotonic() < deadline:
            try:
                with DIRECT.open(f"http://127.0.0.1:{settings.PORT}/healthz", timeout=5):
                    break
            except OSError:  # URLError is one
                if not web.is_alive:
                    raise CommandError("The web server does not start. What it says stands above.") from None
                time.sleep(0.05)
        else:
            if not self.stopping:
                raise CommandError("The web server does not answer. What it says stands above.")
        self._say(f"Pages are served at {settings.SITE_ORIGIN}")

    def _seed(self) -> None:
        """The demo, in a process of its own: it says itself whether there is anything left to do."""
        if self.stopping or "demo" not in get_commands():
            return
        command = [sys.executable, "manage.py", "demo", "--first-start"]
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=self.environment)  # noqa: S603
        while process.poll() is None:
            if self.stopping:
                process.terminate()
            time.sleep(0.1)
        if process.returncode and not self.stopping:
            self._say("The demo could not be made. The marketplace runs without it; what went wrong stands above.")

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _is_stopping(self) -> bool:
        return self.stopping

    def _say(self, message: str) -> None:
        self.stdout.write(f"[{time.monotonic() - self.begun:5.1f} s] {message}")
        self.stdout.flush()
