"""deploy/is_well.py, by which containers are found healthy."""

import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.conf import settings

SITE = "https://market.example"


class Site(BaseHTTPRequestHandler):
    """Answers as the application does: to its own name, by TLS alone."""

    def do_GET(self) -> None:
        known = self.headers["Host"] == "market.example" and self.headers["X-Forwarded-Proto"] == "https"
        self.send_response(200 if known and self.path == "/healthz" else 400)
        self.end_headers()

    def log_message(self, *_about: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Site) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def is_well(address: str, **changed: str) -> bool:
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    command = [sys.executable, str(settings.BASE_DIR / "deploy" / "is_well.py"), address]
    return subprocess.run(command, env=environment | {"SITE_URL": SITE} | changed, check=False).returncode == 0


def test_it_asks_by_the_name_of_the_site(address: str) -> None:
    assert is_well(f"{address}/healthz")
    assert not is_well(f"{address}/healthz", SITE_URL="https://other.example")


def test_whoever_does_not_answer_or_answers_otherwise_is_not_well(address: str) -> None:
    assert not is_well(f"{address}/nothing")
    assert not is_well("http://127.0.0.1:9/healthz")


def test_it_does_not_ask_by_way_of_a_proxy(address: str) -> None:
    assert is_well(f"{address}/healthz", HTTP_PROXY="http://127.0.0.1:9", http_proxy="http://127.0.0.1:9")
