"""A web process like those of ``manage.py run``, on the test's own database and queues, and a browser to look at it."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest
import redis
from django.conf import settings
from django.db import connection, connections
from playwright.sync_api import Browser, Page, expect

from marketplace.management.commands.run import DIRECT
from tests import screens

START_SECONDS = 120
WAIT_SECONDS = 20
"""How long a page may take to become as a test expects it, on a machine that has much else to do."""
STREAM = re.compile("/api/v1/stream/")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; the test is skipped where there is none, and fails where REQUIRE_BROWSER says so."""
    if not Path(screens.CHROMIUM).exists():
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("Chromium is missing.")
        pytest.skip("Chromium is not here.")
    expect.set_options(timeout=WAIT_SECONDS * 1000)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's event loop runs in this thread
    with screens.chromium() as browser:
        try:
            yield browser
        finally:
            # Where a loop runs Django has connections of their own, which nobody else could close afterwards.
            connections.close_all()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def running_site() -> Iterator[str]:
    """The address of a web process of its own. The test's changes must be committed for it to see them."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        gate, opener = os.pipe()  # serving begins when the other end is closed
        descriptors = [gate, listener.fileno()]
        for each in descriptors:
            os.set_inheritable(each, True)
        process = subprocess.Popen(
            [sys.executable, "-m", "marketplace.serve", *map(str, descriptors)],
            pass_fds=descriptors,
            env=os.environ | {"DATABASE_URL": _database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"},
            cwd=settings.BASE_DIR,
        )
        os.close(gate)
        os.close(opener)
        try:
            address = f"http://localhost:{listener.getsockname()[1]}"
            _wait_for(address, process)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def go_live(page: Page, address: str) -> None:
    """Goes to a page and waits until its stream is open: what happens to the member from then on arrives there."""
    with page.expect_response(STREAM):
        page.goto(address)


def wait_until_served(channel: str) -> None:
    """Until a site passes on what is announced on this channel (``notifications.broadcast``)."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    deadline = time.monotonic() + WAIT_SECONDS
    while not client.pubsub_numsub(channel)[0][1]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _database_url() -> str:
    given = connection.settings_dict
    host = given["HOST"] or "localhost"
    if host.startswith("/"):
        return f"postgresql:///{given['NAME']}?host={host}&user={given['USER']}"
    return f"postgresql://{given['USER']}:{given['PASSWORD']}@{host}:{given['PORT'] or 5432}/{given['NAME']}"


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with DIRECT.open(f"{address}/healthz", timeout=5):
                return
        except (URLError, OSError):
            if time.monotonic() > deadline or process.poll() is not None:
                raise
            time.sleep(0.1)
