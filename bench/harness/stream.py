"""Talking to a running site from outside: posting through the API, and noting when something came on a stream."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from accounts.models import ApiToken, Member

STREAM: Final = "/api/v1/stream/"


def posted(port: int, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """Posts JSON and returns the id of what was made. Ends the benchmark where nothing was."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    link.request("POST", path, json.dumps(body), dict(headers))
    answer = link.getresponse()
    text = answer.read()
    link.close()
    if answer.status not in (200, 201):
        raise SystemExit(text[:300].decode())
    return str(json.loads(text)["id"])


def listen(
    port: int,
    token: str,
    heard: dict[str, float],
    listening: threading.Event,
    *,
    has: bytes,
    named: Callable[[dict[str, Any]], str],
) -> None:
    """Notes when each event came whose data has these bytes, by the name that ``named`` finds in it. Until the end."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    link.request("GET", STREAM, headers={"Authorization": f"Token {token}"})
    answer = link.getresponse()
    while line := answer.readline():
        listening.set()
        if line.startswith(b"data: ") and has in line:
            heard[named(json.loads(line[6:]))] = time.monotonic()


def token_of(member: Member) -> str:
    """A new token of the member's."""
    return ApiToken.issue(member=member, name="benchmark")[1]


def wait_until(what: Callable[[], bool], *, seconds: float = 60) -> None:
    """Waits until it is so; ends the benchmark where it never is."""
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            raise SystemExit("Not everything that was sent has arrived.")
        time.sleep(0.05)
