"""An open-loop load: requests are posted when their time has come, whether earlier ones were answered or not.

Whoever waits for answers asks less of a slow server, and so finds it faster than it is; here a request that has to
queue is late, and its lateness counts.
"""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from multiprocessing.connection import Connection
from typing import Final

MOST_OPEN: Final = 256
"""Connections at once; further requests wait for one, and that counts as their waiting."""
PATIENCE: Final = 60.0
"""Seconds after the last one was due in which answers are still waited for."""
NUMBER: Final = b"#000000"
"""What each body holds once, and what its own number takes the place of, so that no two texts are the same."""


@dataclass(frozen=True, slots=True)
class Post:
    """One request: when it was to be sent, and answered, in seconds since 1970; status 0 where it was not. ``id``: what
    it made; empty where it was refused."""

    due: float
    answered: float
    status: int
    id: str

    @property
    def took_ms(self) -> float:
        """From when it was due; infinite where nothing was made. Who drops what is too much must not look quick."""
        return (self.answered - self.due) * 1000 if self.id else inf

    def waited_ms(self, done: Mapping[str, float]) -> float:
        """From when it was due to when it was ``done``, of which there are the moments by what was made; infinite where
        it never was."""
        return (done[self.id] - self.due) * 1000 if self.id in done else inf


@dataclass(frozen=True, slots=True)
class Plan:
    """What to post: each body with the next token, ``rate`` a second for ``seconds``. ``first`` is the first number."""

    port: int
    tokens: Sequence[str]
    bodies: Sequence[bytes]
    rate: float
    seconds: float
    first: int = 0

    def message(self, number: int) -> bytes:
        """The HTTP request of this number."""
        number += self.first
        body = self.bodies[number % len(self.bodies)].replace(NUMBER, b"#%06d" % (number % 1_000_000))
        token = self.tokens[number % len(self.tokens)].encode()
        head = b"POST /api/v1/requests/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n" % self.port
        head += b"Authorization: Token %s\r\nContent-Type: application/json\r\n" % token
        return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


class Load:
    """The generator's process, and what came of it."""

    def __init__(self, plan: Plan) -> None:
        context = multiprocessing.get_context("fork")
        self._receiver, sender = context.Pipe(duplex=False)
        self.process = context.Process(target=_run, args=(plan, sender), daemon=True)
        self.process.start()
        sender.close()

    @property
    def is_done(self) -> bool:
        """Whether everything was posted and answered."""
        return self._receiver.poll()

    def posts(self) -> list[Post]:
        """All of them; waits for the end. Raises RuntimeError where the generator failed."""
        try:
            rows = self._receiver.recv()
        except EOFError:
            raise RuntimeError("The load generator failed; what went wrong stands above.") from None
        return [Post(*row) for row in rows]


@contextmanager
def posting(plan: Plan) -> Iterator[Load]:
    """Runs the load beside whatever is done within. The caller's database connections must be closed before."""
    load = Load(plan)
    try:
        yield load
    finally:
        load.process.kill()
        load.process.join()


def _run(plan: Plan, sender: "Connection[list[tuple[float, float, int, str]], object]") -> None:
    sender.send(asyncio.run(_post_all(plan)))


async def _post_all(plan: Plan) -> list[tuple[float, float, int, str]]:
    loop = asyncio.get_running_loop()
    free, open_now = asyncio.Semaphore(MOST_OPEN), set[_Answer]()
    answers: list[_Answer] = []
    offset, begun = time.time() - time.monotonic(), time.monotonic() + 0.2
    for number in range(int(plan.rate * plan.seconds)):
        due = begun + number / plan.rate
        if (early := due - time.monotonic()) > 0:
            await asyncio.sleep(early)
        await free.acquire()
        answer = _Answer(plan.message(number), due, free, open_now)
        answers.append(answer)
        try:
            await loop.create_connection(lambda answer=answer: answer, "127.0.0.1", plan.port)  # type: ignore[misc]
        except OSError:
            free.release()
    deadline = time.monotonic() + PATIENCE
    while open_now and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    return [each.row(offset) for each in answers]


class _Answer(asyncio.Protocol):
    """Sends one request and reads its answer until the server closes."""

    def __init__(self, message: bytes, due: float, free: asyncio.Semaphore, open_now: "set[_Answer]") -> None:
        self._message, self._due, self._free, self._open_now = message, due, free, open_now
        self._read: list[bytes] = []
        self._ended, self._status, self._made = due, 0, ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._open_now.add(self)
        transport.write(self._message)

    def data_received(self, data: bytes) -> None:
        self._read.append(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._ended = time.monotonic()
        text = b"".join(self._read)
        self._status = int(text[9:12] or 0)
        self._made = text.partition(b'"id":"')[2][:36].decode() if self._status == 201 else ""
        self._message, self._read = b"", []
        self._open_now.discard(self)
        self._free.release()

    def row(self, offset: float) -> tuple[float, float, int, str]:
        """The fields of a ``Post``."""
        return (self._due + offset, self._ended + offset, self._status, self._made)
