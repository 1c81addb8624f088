"""How soon a posted request reaches its provider's open stream, and what many open streams cost one process."""

import asyncio
import os
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # bench/ itself hides the app insights

from bench.harness import environment

HOME: Final = environment.start()


from django.db import transaction

from accounts.actions.members import ensure_member
from accounts.models import ApiToken, Member
from accounts.models.token import digest
from bench.harness.figures import Summary
from bench.harness.options import Options, parser
from bench.harness.report import Report
from bench.harness.running import running
from bench.harness.site import marketplace
from bench.harness.stream import STREAM, listen, posted, token_of, wait_until
from marketplace.clock import utc_now
from notifications.account_topics import PASSWORD_CHANGED
from notifications.broadcast import publish_rate
from notifications.events import record
from notifications.fan_out import fan_out
from services.actions import create_page, publish_page
from services.models import Service
from sitesettings.models import SiteSettings

GOAL_MS: Final = 500
LANGUAGE: Final = "cy"
"""Spoken by no provider of the demo: the benchmark's own is certain to be among the ten of a request in Welsh."""
RUN: Final = os.urandom(4).hex()
MESSAGES: Final = 50
TO_ALL: Final = 5
BETWEEN: Final = 0.2
"""Seconds between two requests or messages."""


class Wanted(Options):
    """With the number of streams."""

    streams: int


def main() -> None:
    """Runs the benchmark."""
    reader = parser(__doc__ or "", queries=100)
    reader.add_argument("--streams", type=int, default=1000, help="open at once on one process (1,000)")
    options = reader.parse_args(namespace=Wanted())
    report = Report("live", options)
    with ExitStack() as stack:
        stack.enter_context(marketplace(options))
        _allow_leads(options.queries + 1)
        port, stream = stack.enter_context(running(HOME))
        note = f"Goal: p95 ≤ {GOAL_MS} ms. From sending POST /requests/ to the event's arrival: web, worker, stream."
        section = report.section("Posted to notified", note)
        section.add("one request after the other", _posted_to_notified(port, options.queries))
        note = "Memory is the process's, divided. “to all” is until the last stream has it; cpu is the process's too."
        section = report.section(f"{options.streams:,} streams on one process", note)
        section.add("open", asyncio.run(Many(port, stream, options.streams).measured()))
    report.finish()


def _allow_leads(number: int) -> None:
    """Lets the one provider be told of so many requests in a day. Comes before the workers, which keep the settings."""
    site = SiteSettings.current()
    site.daily_leads_per_provider = max(number, site.daily_leads_per_provider)
    site.save()


def _posted_to_notified(port: int, times: int) -> dict[str, float | int]:
    """Milliseconds from posting to arrival."""
    service = Service.objects.filter(slug="logo-design").get()
    client, provider = (ensure_member(email=f"{who}-{RUN}@example.com") for who in ("client", "provider"))
    _page(provider, service)
    heard: dict[str, float] = {}
    listening = threading.Event()
    listener = threading.Thread(target=_listen, args=(port, token_of(provider), heard, listening), daemon=True)
    listener.start()
    listening.wait(30)
    headers = {"Authorization": f"Token {token_of(client)}", "Content-Type": "application/json"}
    sent: dict[str, float] = {}
    _post(port, headers, service, 0)  # whatever has to be loaded first
    time.sleep(3)
    for number in range(1, times + 1):
        begun = time.monotonic()
        sent[_post(port, headers, service, number)] = begun
        time.sleep(BETWEEN)
    wait_until(lambda: sent.keys() <= heard.keys())
    found = Summary.of([(heard[each] - begun) * 1000 for each, begun in sent.items()])
    return {"requests": found.count, "p50 ms": found.p50, "p95 ms": found.p95, "p99 ms": found.p99, "goal ms": GOAL_MS}


def _page(provider: Member, service: Service) -> None:
    """The provider's published page."""
    values = {
        "title": "Logos in Welsh",
        "about": "Drawn by hand.",
        "services": [service.slug],
        "languages": [LANGUAGE],
        "work_location": "remote",
        "pricing": "contact",
    }
    page = create_page(actor=provider, values=values, now=utc_now())
    publish_page(actor=provider, page=page, now=utc_now())


def _post(port: int, headers: dict[str, str], service: Service, number: int) -> str:
    """The id of a new request that only the benchmark's provider can answer."""
    body = {
        "service": service.slug,
        "title": f"Logo number {number}",
        "details": "Round.",
        "budget_type": "fixed",
        "work_location": "remote",
        "languages": [LANGUAGE],
    }
    return posted(port, "/api/v1/requests/", body, headers)


def _listen(port: int, token: str, heard: dict[str, float], listening: threading.Event) -> None:
    """Notes when each request was announced on the provider's stream."""
    listen(
        port, token, heard, listening, has=b'"subject"', named=lambda data: str(data.get("subject", {}).get("id", ""))
    )


class Many:
    """Open streams, each of a member of its own, who belongs to the staff so that all can be told at once."""

    def __init__(self, port: int, process: int, number: int) -> None:
        self.port, self.process = port, process
        self.arrivals: dict[int, float] = {}
        self.members = _members(number)
        self.links: list[asyncio.StreamWriter] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def measured(self) -> dict[str, float | int]:
        """Memory, and the time to one and to all of them."""
        before = _memory_kb(self.process)
        begun = time.monotonic()
        for first in range(0, len(self.members), 50):
            await asyncio.gather(*(self._open(number) for number in range(first, min(first + 50, len(self.members)))))
        opened = time.monotonic() - begun
        await asyncio.sleep(2)
        kept = (_memory_kb(self.process) - before) / len(self.members)
        busy = _processor_ms(self.process)
        pairs = [await self._to_one(number) for number in range(MESSAGES)]
        one, sent = (Summary.of(each) for each in zip(*pairs, strict=True))
        busy_for_one = (_processor_ms(self.process) - busy) / MESSAGES
        busy = _processor_ms(self.process)
        everybody = Summary.of([await self._to_all() for _time in range(TO_ALL)])
        busy = (_processor_ms(self.process) - busy) / TO_ALL
        for link in self.links:
            link.close()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        return {
            "opened in s": opened,
            "KB each": kept,
            "to one p50 ms": one.p50,
            "to one p95 ms": one.p95,
            "from commit p50": sent.p50,
            "from commit p95": sent.p95,
            "to one cpu": busy_for_one,
            "to all p50 ms": everybody.p50,
            "to all worst ms": everybody.p99,
            "to all cpu": busy,
        }

    async def _open(self, number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**18)
        token = self.members[number][1]
        host = f"Host: 127.0.0.1:{self.port}\r\nAuthorization: Token {token}"
        writer.write(f"GET {STREAM} HTTP/1.1\r\n{host}\r\n\r\n".encode())
        if b" 200 " not in await reader.readline():
            raise RuntimeError("A stream was refused.")
        self.links.append(writer)
        self.tasks.append(asyncio.create_task(self._read(number, reader)))

    async def _read(self, number: int, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            if line.startswith(b"data: "):
                self.arrivals[number] = time.monotonic()

    async def _to_one(self, number: int) -> tuple[float, float]:
        """Milliseconds from the beginning of the fan-out, with its transaction, to the arrival; and from its commit."""
        self.arrivals.clear()
        member = self.members[number % len(self.members)][0]
        begun, committed = await asyncio.to_thread(_tell, member)
        await self._arrived(1)
        arrival = self.arrivals[number % len(self.members)]
        return (arrival - begun) * 1000, max(0.0, arrival - committed) * 1000

    async def _to_all(self) -> float:
        """Milliseconds until the last one has it."""
        self.arrivals.clear()
        begun = time.monotonic()
        await asyncio.to_thread(publish_rate, {"minute": 1})
        await self._arrived(len(self.members))
        return (max(self.arrivals.values()) - begun) * 1000

    async def _arrived(self, number: int) -> None:
        deadline = time.monotonic() + 60
        while len(self.arrivals) < number:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{len(self.arrivals)} of {number} streams were told.")
            await asyncio.sleep(0.005)


def _members(number: int) -> list[tuple[Member, str]]:
    """Members of the staff with tokens whose secrets are known."""
    addresses = [f"stream{each}@bench.example.com" for each in range(number)]
    Member.objects.bulk_create(
        [Member(email=address, is_staff=True, password="!") for address in addresses],
        ignore_conflicts=True,
    )
    found = {member.email: member for member in Member.objects.filter(email__in=addresses)}
    run = os.urandom(8).hex()
    secrets = {address: f"{run}-{address}" for address in addresses}
    ApiToken.objects.bulk_create(
        ApiToken(member=found[address], name="stream", digest=digest(secret)) for address, secret in secrets.items()
    )
    return [(found[address], secrets[address]) for address in addresses]


def _tell(member: Member) -> tuple[float, float]:
    """Notifies the member; when that was begun, and when it was committed and announced."""
    now, begun = utc_now(), time.monotonic()
    with transaction.atomic():  # as matching does: what happened and who is told of it, in one
        event = record(kind=PASSWORD_CHANGED, actor=member, subject_type="member", subject_id=member.pk, now=now)
        fan_out(event, now=now)
    return begun, time.monotonic()


def _processor_ms(process: int) -> float:
    """Processor time that the process has used (Linux, proc(5): utime and stime, in ticks)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def _memory_kb(process: int) -> float:
    """What the process holds in memory of its own, in KB (Linux, proc(5): RssAnon)."""
    status = Path(f"/proc/{process}/status").read_text()
    return float(status.partition("RssAnon:")[2].split()[0])


if __name__ == "__main__":
    main()
