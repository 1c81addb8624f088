"""How many public pages and first pages of search a second, against a plain Django page in the same run."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # bench/ itself hides the app insights

from bench.harness import environment

HOME: Final = environment.start()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.harness import web
from bench.harness.clock import measure_all, summaries
from bench.harness.load import Load, together
from bench.harness.options import Options, parser
from bench.harness.report import Report, Section
from bench.harness.site import marketplace
from services.models import ServicePage

CLIENTS: Final = 8
WARM_UP: Final = 10
ROUNDS: Final = 3
"""The three are measured in turn, so often: what else the machine does meets all of them."""
GOALS: Final = {"public page": 0.40, "search, words": 0.20, "search, no words": 0.20}
"""Share of the plain page's throughput. Elsewhere: pretix's event page 0.03, django-oscar's product page 0.11,
wagtail's article 0.15."""
UNSEEN: Final = ("rest_framework", "admin")
"""Static files that the measured pages do not name; compressing them takes a minute."""
WORDS: Final = ("logo design", "wedding photographer", "tax advice", "web developer", "translation german", "plumber")


def main() -> None:
    """Runs the benchmark."""
    options = parser(__doc__ or "", seconds=9).parse_args(namespace=Options())
    report = Report("pages", options)
    with marketplace(options):
        slugs = list(ServicePage.objects.published().values_list("slug", flat=True)[:2000])
        paths = {
            "public page": [f"/services/{slug}/" for slug in slugs],
            "search, words": [f"/services/?q={words.replace(' ', '+')}" for words in WORDS],
            "search, no words": ["/services/"],
        }
        _throughput(report, options, slugs, paths)
        _costs(report, options, paths)
    report.finish()


def _throughput(report: Report, options: Options, slugs: list[str], paths: dict[str, list[str]]) -> None:
    section = report.section("Under gunicorn, synchronous workers, without caching whole pages")
    workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
    plain, ours = web.free_port(), web.free_port()
    product = web.production(HOME, ours)
    unseen = [part for name in UNSEEN for part in ("--ignore", name)]
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0", *unseen]
    subprocess.run(collect, cwd=web.ROOT, env=os.environ | product, check=True)
    plain_server = web.gunicorn("bench.harness.plain:application", plain, workers)
    product_server = web.gunicorn("marketplace.wsgi:application", ours, workers)
    with (
        web.serving(plain_server, plain, {"PLAIN_DATABASE": web.plain_database()}, log=HOME / "plain.log"),
        web.serving(product_server, ours, product, log=HOME / "product.log"),
    ):
        asks: dict[str, Callable[[int], object]] = {
            "plain page": partial(_ask, plain, [f"/{slug}/" for slug in slugs]),
            **{name: partial(_ask, ours, found) for name, found in paths.items()},
        }
        loads = _in_turn(asks, options.seconds)
    base = median(load.per_second for load in loads["plain page"])
    for name, found in loads.items():
        _add(section, name, found, base)
    section.note = f"{workers} workers, {CLIENTS} clients beside them; production settings; medians of {ROUNDS}."


def _ask(port: int, paths: list[str], number: int) -> None:
    web.fetch(port, paths[number % len(paths)])


def _in_turn(asks: dict[str, Callable[[int], object]], seconds: float) -> dict[str, list[Load]]:
    for ask in asks.values():  # the first pages of each worker load views, templates and the embedder's table
        for number in range(WARM_UP):
            ask(number)
    loads: dict[str, list[Load]] = {name: [] for name in asks}
    for _round in range(ROUNDS):
        for name, ask in asks.items():
            loads[name].append(together(ask, clients=CLIENTS, seconds=seconds / ROUNDS))
    return loads


def _add(section: Section, name: str, loads: list[Load], base: float) -> None:
    per_second = median(load.per_second for load in loads)
    section.add(
        name,
        {
            "per second": per_second,
            "p95 ms": median(load.durations.p95 for load in loads),
            "of plain": per_second / base,
            "goal": GOALS.get(name),
        },
    )


def _costs(report: Report, options: Options, paths: dict[str, list[str]]) -> None:
    """What one page costs in one process, and so what bounds the throughput."""
    note = "Processor ms: “python” is the web process, “database” its backend. The larger one bounds the throughput."
    section = report.section("One at a time, in one process", note)
    client = Client(headers={"host": "localhost"})
    for name, found in paths.items():
        asked = [found[number % len(found)] for number in range(min(options.queries, 100))]
        readings = measure_all(client.get, asked, warm_up=asked[:10])
        with CaptureQueriesContext(connection) as queries:
            client.get(asked[0])
        section.add(name, summaries(readings) | {"queries": len(queries)})


if __name__ == "__main__":
    main()
