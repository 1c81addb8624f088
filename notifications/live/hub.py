"""All streams of a process: one subscription, one reader of the database, and clocks that they share."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from uuid import UUID
from weakref import WeakKeyDictionary

from prometheus_client import Gauge

from marketplace.clock import utc_now
from notifications.live.access import still_allowed
from notifications.live.connection import Connection
from notifications.live.entries import positions, read_after
from notifications.live.frames import HEARTBEAT, Frames, event_of, frames, numbered
from notifications.live.listener import listen
from notifications.live.threads import Threads

logger = logging.getLogger(__name__)

MOST_PER_MEMBER = 10
MOST_AT_ONCE = 1000
HEARTBEAT_SECONDS = 15.0
BEATS_AT_ONCE = 50
CATCH_UP_SECONDS = 10.0
RECHECK_SECONDS = 60.0
open_streams = Gauge("marketplace_streams", "Streams that are open in this process.", multiprocess_mode="livesum")


class Hub:
    """The streams of one event loop."""

    def __init__(self) -> None:
        self.admissions = Threads(2, "stream-admission")
        self._readers = Threads(1, "stream-reader")
        self._clerks = Threads(1, "stream-clock")  # so that what is new never waits for the clocks' large queries
        self._by_member: dict[UUID, list[Connection]] = {}
        self._new_for: set[UUID] = set()
        self._wake = asyncio.Event()
        self._tasks = [
            asyncio.ensure_future(listen(self._announced, self._tell_staff, self._all_may_have_missed)),
            asyncio.ensure_future(self._read_for_ever()),
            asyncio.ensure_future(self._every(HEARTBEAT_SECONDS / 10, self._beat)),
            asyncio.ensure_future(self._every(CATCH_UP_SECONDS, self._catch_up)),
            asyncio.ensure_future(self._every(RECHECK_SECONDS, self._recheck)),
        ]

    def has_room(self, member_id: UUID) -> bool:
        """Whether the member may open one more stream here."""
        return len(self._by_member.get(member_id, ())) < MOST_PER_MEMBER

    def add(self, connection: Connection) -> None:
        """Serves the connection from its cursor on."""
        self._by_member.setdefault(connection.access.member_id, []).append(connection)
        open_streams.inc()
        self._look_for(connection.access.member_id)

    def remove(self, connection: Connection) -> None:
        """Forgets the connection."""
        same = self._by_member[connection.access.member_id]
        same.remove(connection)
        if not same:
            del self._by_member[connection.access.member_id]
        open_streams.dec()

    def _connections(self) -> Iterator[Connection]:
        for same in list(self._by_member.values()):
            yield from list(same)

    async def stop(self) -> None:
        """Ends everything, for a loop that goes on without it."""
        for connection in self._connections():
            connection.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for threads in (self.admissions, self._readers, self._clerks):
            threads.close()
        _hubs.pop(asyncio.get_running_loop(), None)

    # --- What is new ---

    def _announced(self, message: str) -> None:
        for text in message.split(","):
            self._look_for(UUID(text))

    def _look_for(self, member_id: UUID) -> None:
        if member_id in self._by_member:
            self._new_for.add(member_id)
            self._wake.set()

    def _all_may_have_missed(self) -> None:
        for member_id in self._by_member:
            self._look_for(member_id)

    async def _read_for_ever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            members, self._new_for = self._new_for, set()
            try:
                await self._read(members)
            except Exception:  # the database is away or a topic has a fault: catching up tries again
                logger.exception("New entries could not be read")

    async def _read(self, members: set[UUID]) -> None:
        cursors = {
            each: min(connection.cursor for connection in self._by_member[each])
            for each in members
            if each in self._by_member
        }
        found, is_all = await self._readers.run(_read_frames, cursors)
        for member_id, events in found.items():
            for connection in self._by_member.get(member_id, ()):
                for number, data in events:
                    connection.write_event(number, data)
        if not is_all:
            for member_id in cursors:
                self._look_for(member_id)

    def _tell_staff(self, message: str) -> None:
        said = json.loads(message)
        said_to_all = event_of(said["event"], said["payload"])  # only the number differs
        for connection in self._connections():
            if connection.access.is_staff:
                connection.write(numbered(connection.cursor, said_to_all))

    # --- Clocks ---

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except Exception:  # whatever it was, the next time may go well
                logger.exception("Work on open streams failed")

    async def _beat(self) -> None:
        """Keeps proxies from closing silent connections, and finds those that are dead. A round takes most of
        ``HEARTBEAT_SECONDS``: all at once they would hold up whatever is new just then."""
        connections = list(self._connections())
        for first in range(0, len(connections), BEATS_AT_ONCE):
            some = connections[first : first + BEATS_AT_ONCE]
            for connection in some:
                connection.write(HEARTBEAT)
            await asyncio.sleep(0.9 * HEARTBEAT_SECONDS * len(some) / len(connections))

    async def _catch_up(self) -> None:
        """One query finds what announcements were lost."""
        known = {each: min(one.cursor for one in same) for each, same in self._by_member.items()}
        if known:
            for member_id, last in (await self._clerks.run(positions, list(known))).items():
                if last > known[member_id]:
                    self._look_for(member_id)

    async def _recheck(self) -> None:
        """Ends streams whose session, token or account no longer is."""
        connections = list(self._connections())
        allowed = await self._clerks.run(still_allowed, {each.access for each in connections}, now=utc_now())
        for connection in connections:
            access = allowed.get(connection.access)
            if access is None:
                connection.close()
            else:
                connection.access = access


def _read_frames(cursors: dict[UUID, int]) -> tuple[Frames, bool]:
    entries = read_after(cursors, most=MOST_AT_ONCE)
    return frames(entries), len(entries) < MOST_AT_ONCE


_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def hub_of_this_loop() -> Hub:
    """The hub of the running event loop, made when it is first needed."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
