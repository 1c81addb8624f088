"""How long the pages of a deal take when there is much on them, and how soon a message is in the other's browser."""

import os
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # bench/ itself hides the app insights

from bench.harness import environment

HOME: Final = environment.start()

from django.db import connection

from bench.harness.deals import LEADS, ON_BOARD, RIVALS, TALKS, Crowd, crowd
from bench.harness.figures import Summary
from bench.harness.options import Options, parser
from bench.harness.pages import add_page, browser_of
from bench.harness.report import Report
from bench.harness.running import running
from bench.harness.site import marketplace, say
from bench.harness.stream import listen, posted, token_of, wait_until
from marketplace.clock import utc_now

GOAL_MS: Final = 60
MESSAGE_GOAL_MS: Final = 500
BETWEEN: Final = 0.1
"""Seconds between two messages."""


def main() -> None:
    """Runs the benchmark."""
    options = parser(__doc__ or "", pages=2_000, queries=60).parse_args(namespace=Options())
    report = Report("deal", options)
    with ExitStack() as stack:
        stack.enter_context(marketplace(options))
        say("Making people with much on their hands.")
        people = crowd(os.urandom(4).hex(), utc_now())
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        _pages(report, people, options.queries)
        port, _process = stack.enter_context(running(HOME))
        note = f"Goal: p95 ≤ {MESSAGE_GOAL_MS} ms, from sending the POST to the event's arrival on the other's stream."
        section = report.section("A message between two browsers", note)
        section.add("one after the other", _to_the_other(port, people, options.queries))
    report.finish()


def _pages(report: Report, people: Crowd, calls: int) -> None:
    client, provider = browser_of(people.client), browser_of(people.provider)
    section = report.section("Pages", f"Goal: {GOAL_MS} ms. Through all of Django, without a cache of pages.")
    for what, browser, address in (
        (f"{RIVALS} proposals side by side", client, f"/requests/{people.compared.pk}/"),
        (f"inbox of {TALKS:,}", provider, "/inbox/"),
        ("a conversation", provider, f"/inbox/{people.talk.pk}/"),
        (f"board of {ON_BOARD:,}", provider, "/requests/board/"),
        ("board, by words", provider, "/requests/board/?q=number+77"),
        ("board, by budget", provider, "/requests/board/?sort=budget&mine=true"),
        ("a lead", provider, f"/requests/{people.lead.pk}/"),
        (f"leads, of {LEADS:,}", provider, "/requests/leads/"),
        (f"dashboard, {LEADS:,} leads, 30 days", provider, "/dashboard/"),
        (f"dashboard, {LEADS:,} leads, 12 months", provider, "/dashboard/?range=12m"),
        ("dashboard of a client", client, "/dashboard/?as=client"),
    ):
        add_page(section, what, browser, address, calls)
    section = report.section("The API", f"Goal: {GOAL_MS} ms.")
    for what, browser, address in (
        (f"{RIVALS} proposals", client, f"/api/v1/requests/{people.compared.pk}/proposals/"),
        ("conversations", provider, "/api/v1/conversations/"),
        ("board", provider, "/api/v1/board/"),
        ("leads", provider, "/api/v1/matches/"),
    ):
        add_page(section, what, browser, address, calls)


def _to_the_other(port: int, people: Crowd, times: int) -> dict[str, Any]:
    """Milliseconds from the client's POST to the provider's stream."""
    heard: dict[str, float] = {}
    listening = threading.Event()
    threading.Thread(target=_listen, args=(port, people, heard, listening), daemon=True).start()
    listening.wait(30)
    headers = {"Authorization": f"Token {token_of(people.talk.client)}", "Content-Type": "application/json"}
    _send(port, headers, people, "first")  # whatever has to be loaded first
    time.sleep(2)
    sent, answered = {}, []
    for number in range(times):
        begun = time.monotonic()
        sent[_send(port, headers, people, str(number))] = begun
        answered.append((time.monotonic() - begun) * 1000)
        time.sleep(BETWEEN)
    wait_until(lambda: sent.keys() <= heard.keys())
    found = Summary.of([(heard[each] - begun) * 1000 for each, begun in sent.items()])
    said = {"messages": found.count, "p50 ms": found.p50, "p95 ms": found.p95, "p99 ms": found.p99}
    return said | {"answered p50 ms": Summary.of(answered).p50, "goal ms": MESSAGE_GOAL_MS}


def _send(port: int, headers: dict[str, str], people: Crowd, name: str) -> str:
    """The id of a new message."""
    body = {"body": f"Message {name}", "client_id": f"bench-{name}"}
    return posted(port, f"/api/v1/conversations/{people.talk.pk}/messages/", body, headers)


def _listen(port: int, people: Crowd, heard: dict[str, float], listening: threading.Event) -> None:
    """Notes when each message came to the provider."""
    listen(port, token_of(people.provider), heard, listening, has=b'"message"', named=lambda data: str(data.get("id")))


if __name__ == "__main__":
    main()
