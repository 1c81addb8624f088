"""From POST to committed matches, in-app rows and mail: how many requests a minute two processors carry, with load
generator and mail server on them, how long each takes, and what each stage costs."""

import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # bench/ itself hides the app insights

from bench.harness import environment

HOME: Final = environment.start()

from django.conf import settings
from django.db import connections
from redis import Redis

from bench.harness import traffic
from bench.harness.crew import BULK, CLOCK, MAIL, MATCHING, WEB, Crew, crew
from bench.harness.figures import Summary, percentile
from bench.harness.options import Options, parser
from bench.harness.posting import Plan, Post, posting
from bench.harness.report import Figure, Report
from bench.harness.sink import Sink, mail_sink
from bench.harness.site import marketplace, say
from bench.harness.stages import Stages, per
from marketplace.embedded.postgres import Postgres

HELD: Final = "while mail queues"
ALL: Final = "everything"
GOALS: Final[Mapping[str, tuple[float, float]]] = {HELD: (8000, 5000), ALL: (2000, 2000)}
"""Requests a minute, and p95 in ms."""
GOAL_MAILS: Final = 300
"""A second, alone."""
CATCHES_UP_FOR: Final = 60.0
"""Seconds after the load in which matching may work off what waits."""
MAIL_SECONDS: Final = 30.0
WARM_UP: Final = 4.0
"""Seconds of a load that is not counted: views, catalogue and embedder are read at first use."""


class Wanted(Options):
    """With the rates, in requests a minute."""

    rate: float
    rate_all: float


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a load. ``waits`` is how many requests waited for their matches, once a second."""

    posts: list[Post]
    seconds: float
    waits: list[int]
    caught_up_after: float | None


class Pipeline:
    """The stages with their clocks, and the traffic for them."""

    def __init__(self, port: int, team: Crew, sink: Sink) -> None:
        postmaster = Postgres(HOME).leftover()
        assert postmaster is not None and sink.process.pid is not None
        self.port, self.team, self.sink = port, team, sink
        self.clocks = Stages(postmaster)
        self.clocks.follow("mail server", sink.process.pid)
        self.clocks.follow("Valkey", Redis.from_url(settings.REDIS_URL).info("server")["process_id"])
        self.tokens, self.bodies = traffic.tokens(), traffic.bodies()
        self.posted = 0

    def start(self, *names: str) -> None:
        """Starts stages, whose clocks run from then on."""
        for name in names:
            self.team.start(name)
            self.clocks.follow(name, self.team.pids[name])

    def load(self, *, a_minute: float, seconds: float) -> Run:
        """Posts so much for so long and waits for the last match."""
        plan = Plan(self.port, self.tokens, self.bodies, a_minute / 60, seconds, first=self.posted)
        self.posted += int(plan.rate * seconds)
        connections.close_all()  # a connection must not be shared with the generator
        waits: list[int] = []
        with posting(plan) as load:
            assert load.process.pid is not None
            self.clocks.follow("generator", load.process.pid)
            while not load.is_done:
                waits.append(traffic.backlog())
                self.clocks.look()
                time.sleep(1)
            self.clocks.look()
            posts = load.posts()
        begun = time.monotonic()
        while (left := traffic.backlog()) and time.monotonic() - begun < CATCHES_UP_FOR:
            waits.append(left)
            self.clocks.look()
            time.sleep(1)
        return Run(posts, seconds, waits, None if left else time.monotonic() - begun)


def main() -> None:
    """Runs the benchmark."""
    reader = parser(__doc__ or "", seconds=60)
    reader.add_argument("--rate", type=float, default=8000, help="requests a minute while mail queues (8,000)")
    reader.add_argument("--rate-all", type=float, default=2000, help="with everything included (2,000)")
    options = reader.parse_args(namespace=Wanted())
    report = Report("pipeline", options)
    with marketplace(options):
        traffic.record_commits(wanted=True)  # from the next start on
    with marketplace(options), traffic.ready(), ExitStack() as stack:
        stack.callback(traffic.record_commits, wanted=False)
        sink = stack.enter_context(mail_sink())
        team = stack.enter_context(crew(HOME, mail_port=sink.port))
        measure(Pipeline(team.port, team, sink), options, report)
    report.finish()


def measure(pipeline: Pipeline, options: Wanted, report: Report) -> None:
    """The three measurements, each with what its stages cost."""
    note = (
        "ms from the moment at which a request was to be sent until PostgreSQL committed its matches and notifications"
        " (track_commit_timestamp), and until its POST was answered. What was refused or never matched took for ever."
    )
    results = report.section("From POST to committed matches and in-app rows", note)
    mails = report.section("Mail alone")
    costs: dict[str, dict[str, float]] = {}
    pipeline.start(WEB, MATCHING, BULK, CLOCK)
    say("Warming up.")
    pipeline.load(a_minute=600, seconds=WARM_UP)

    say(f"Posting {options.rate:,.0f} a minute for {options.seconds:,.0f} s.")
    results.add(HELD, _timed(pipeline, costs, HELD, options.rate, options.seconds))

    say("Sending mail.")
    waiting = traffic.waiting_mail()
    pipeline.start(MAIL)
    before = pipeline.clocks.look()
    sent, seconds = _drained(pipeline, min(options.seconds, MAIL_SECONDS), waiting)
    mails.add("sent", {"mails": sent, "a second": sent / seconds, "goal": GOAL_MAILS, "waited": waiting})
    costs["a mail"] = per(pipeline.clocks.look(), before, sent)
    traffic.cancel_mail()

    say(f"Posting {options.rate_all:,.0f} a minute, everything included.")
    results.add(ALL, _timed(pipeline, costs, ALL, options.rate_all, options.seconds))

    section = report.section(
        "Processor ms by stage, for each request or mail", "Two processors have 2,000 ms a second."
    )
    for stage in sorted({name for found in costs.values() for name in found}, key=lambda name: (name == "all", name)):
        section.add(stage, {what: found.get(stage) for what, found in costs.items()})


def _timed(
    pipeline: Pipeline, costs: dict[str, dict[str, float]], what: str, a_minute: float, seconds: float
) -> dict[str, Figure]:
    before, taken = pipeline.clocks.look(), pipeline.sink.taken
    run = pipeline.load(a_minute=a_minute, seconds=seconds)
    made = {post.id: post for post in run.posts if post.status == 201}
    costs[what] = per(pipeline.clocks.look(), before, len(made))
    committed = traffic.committed_at(made)
    waited = [post.waited_ms(committed) for post in run.posts]
    answered = Summary.of([post.took_ms for post in run.posts])
    last = max(committed.values(), default=0.0) - min(post.due for post in run.posts)
    goal_rate, goal_p95 = GOALS[what]
    return {
        "a minute": a_minute,
        "matched a minute": len(committed) / max(last, seconds) * 60,
        "goal": goal_rate,
        "p50 ms": percentile(waited, 0.50),
        "p95 ms": percentile(waited, 0.95),
        "p99 ms": percentile(waited, 0.99),
        "goal p95": goal_p95,
        "answered p50": answered.p50,
        "answered p95": answered.p95,
        "not made": len(run.posts) - len(made),
        "not matched": len(made) - len(committed),
        "told each": traffic.recipients(made),
        "most waiting": max(run.waits, default=0),
        "caught up in s": run.caught_up_after,
        "mails a second": (pipeline.sink.taken - taken) / max(last, seconds),
    }


def _drained(pipeline: Pipeline, seconds: float, waiting: int) -> tuple[int, float]:
    """How many mails left in at most so many seconds, and the seconds from the first look to the last mail."""
    begun, taken = time.monotonic(), pipeline.sink.taken
    sent, at = 0, 0.0
    while time.monotonic() - begun < seconds and sent < waiting:
        time.sleep(0.5)
        pipeline.clocks.look()
        if pipeline.sink.taken - taken > sent:
            sent, at = pipeline.sink.taken - taken, time.monotonic() - begun
    return sent, max(at, 0.001)


if __name__ == "__main__":
    main()
