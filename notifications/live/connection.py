"""One browser that listens."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from notifications.live.access import Access

logger = logging.getLogger(__name__)

MOST_PENDING = 1024 * 1024
"""Bytes that may wait for a reader who is too slow, before she is sent away; she resumes where she was."""
GOOD_BYE_SECONDS = 1.0
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Connection:
    """An open stream. While nothing happens it costs one waiting coroutine and this object."""

    __slots__ = ("_flushing", "_is_closing", "_pending", "_send", "_size", "_task", "access", "cursor")

    def __init__(self, access: Access, cursor: int, send: Send) -> None:
        self.access = access
        self.cursor = cursor
        self._send = send
        self._pending: list[bytes] = []
        self._size = 0
        self._flushing: asyncio.Task[None] | None = None
        self._task: asyncio.Task[Any] | None = None
        self._is_closing = False

    async def last(self, receive: Receive) -> None:
        """Returns when the browser has gone or ``close`` was called."""
        self._task = asyncio.current_task()
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            if not self._is_closing or self._task is None:
                raise
            self._task.uncancel()
            await self._say_good_bye()
        finally:
            self._is_closing = True
            if self._flushing is not None:
                self._flushing.cancel()

    def write(self, data: bytes) -> None:
        """Sends this after what is being sent; never waits."""
        if self._is_closing:
            return
        self._pending.append(data)
        self._size += len(data)
        if self._size > MOST_PENDING:
            self.close()
        elif self._flushing is None:
            self._flushing = asyncio.get_running_loop().create_task(self._flush())

    def write_event(self, number: int, data: bytes) -> None:
        """Sends an entry of the sequence unless it was sent already."""
        if number > self.cursor:
            self.cursor = number
            if data:
                self.write(data)

    def close(self) -> None:
        """Ends the stream; the browser comes back and resumes if it may."""
        if not self._is_closing:
            self._is_closing = True
            if self._task is not None:
                self._task.cancel()

    async def _say_good_bye(self) -> None:
        if self._flushing is not None:
            self._flushing.cancel()
        with suppress(TimeoutError, OSError):  # who does not read is cut off
            async with asyncio.timeout(GOOD_BYE_SECONDS):
                await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _flush(self) -> None:
        try:
            while self._pending:
                data = b"".join(self._pending)
                self._pending.clear()
                self._size = 0
                await self._send({"type": "http.response.body", "body": data, "more_body": True})
        except OSError as error:
            logger.debug("A stream's connection broke: %s", error)
            self.close()
        finally:
            self._flushing = None
