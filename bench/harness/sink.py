"""A mail server that takes everything and keeps nothing, as a process of its own: it costs as little as one can."""

import asyncio
import multiprocessing
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

GREETING: Final = b"220 sink ESMTP\r\n"
EXTENSIONS: Final = b"250-sink\r\n250-PIPELINING\r\n250-SIZE 10485760\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
END: Final = b"\r\n.\r\n"


class Sink:
    """A running one: where it listens, its process, and how many mails it took."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._taken = multiprocessing.Value("Q", 0)
        self.port: int = self._socket.getsockname()[1]
        self.process = multiprocessing.get_context("fork").Process(target=self._serve, daemon=True)

    @property
    def taken(self) -> int:
        """Mails so far."""
        return int(self._taken.value)

    def note(self) -> None:
        """One more."""
        self._taken.value += 1  # one process writes

    def _serve(self) -> None:
        asyncio.run(self._serve_forever())

    async def _serve_forever(self) -> None:
        server = await asyncio.get_running_loop().create_server(lambda: Session(self), sock=self._socket)
        await server.serve_forever()


class Session(asyncio.Protocol):
    """One connection: RFC 5321 with PIPELINING (RFC 2920), as far as well-behaved clients need it."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._buffer = b""
        self._in_data = False
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greets."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        transport.write(GREETING)

    def data_received(self, data: bytes) -> None:
        """Answers every complete command or mail."""
        self._buffer += data
        answers = b""
        while True:
            text, found, rest = self._buffer.partition(END if self._in_data else b"\r\n")
            if not found:
                break
            self._buffer = rest
            answers += self._taken_in() if self._in_data else self._answer(text[:4].upper())
        if answers:
            self._transport.write(answers)

    def _taken_in(self) -> bytes:
        self._in_data = False
        self._sink.note()
        return b"250 OK\r\n"

    def _answer(self, command: bytes) -> bytes:
        match command:
            case b"EHLO":
                return EXTENSIONS
            case b"DATA":
                self._in_data = True
                return b"354 Go on\r\n"
            case b"QUIT":
                return b"221 Bye\r\n"
            case _:
                return b"250 OK\r\n"


@contextmanager
def mail_sink() -> Iterator[Sink]:
    """Runs one."""
    sink = Sink()
    sink.process.start()
    try:
        yield sink
    finally:
        sink.process.kill()
        sink.process.join()
