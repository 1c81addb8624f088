"""The live stream over a real HTTP connection, from a real server in a thread of the test process."""

import asyncio
import http.client
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn

from accounts.models import Member
from marketplace.asgi import application
from notifications.live.hub import hub_of_this_loop
from tests import factories
from tests.smtp import free_port

PATH = "/api/v1/stream/"


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One event as the browser gets it."""

    id: str
    type: str
    data: Any


class Listener:
    """A client that reads one stream."""

    def __init__(self, port: int, *, headers: dict[str, str], query: str = "", method: str = "GET") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        self._connection.request(method, PATH + query, headers={"Host": "localhost"} | headers)
        self.answer = self._connection.getresponse()
        self.last_id = ""

    def next(self) -> ServerSentEvent:
        """The next event, within five seconds."""
        kind = ""
        while True:
            line = self.answer.readline().decode().rstrip("\n")
            if line.startswith("id: "):
                self.last_id = line[4:]
            elif line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("data: "):
                return ServerSentEvent(self.last_id, kind, json.loads(line[6:]))

    def greeting(self) -> "Listener":
        """Reads the beginning, after which the server certainly serves this stream."""
        while not self.last_id:
            line = self.answer.readline().decode()
            if line.startswith("id: "):
                self.last_id = line[4:].strip()
        return self

    def end(self) -> bytes:
        """All that is left, up to the end of the stream."""
        return self.answer.read()

    def json(self) -> Any:
        """The body of an answer that is no stream."""
        return json.loads(self.answer.read())

    def close(self) -> None:
        """Hangs up."""
        self._connection.close()
        self.answer.close()


class StreamServer:
    """A running server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._open: list[Listener] = []

    def listen(
        self,
        member: Member | None = None,
        *,
        token: str = "",
        query: str = "",
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
    ) -> Listener:
        """Opens a stream; with a new token of the member unless one is given."""
        if member is not None and not token:
            token = factories.token_for(member)
        own = {"Authorization": f"Token {token}"} if token else {}
        listener = Listener(self.port, headers=own | dict(headers or {}), query=query, method=method)
        self._open.append(listener)
        return listener

    def hang_up(self) -> None:
        """Closes all streams."""
        for listener in self._open:
            listener.close()


@contextmanager
def stream_server() -> Iterator[StreamServer]:
    """Runs one on a free port."""
    port = free_port()
    config = uvicorn.Config(application, port=port, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)

    async def serve() -> None:
        hub = hub_of_this_loop()
        try:
            await server.serve()
        finally:
            await hub.stop()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    running = StreamServer(port)
    try:
        while not server.started:
            time.sleep(0.01)
        yield running
    finally:
        running.hang_up()
        server.should_exit = True
        thread.join()
