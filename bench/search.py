"""How long a search of each kind takes, facets and cards included. All kinds together, by several clients, how much of
the exact answer they find, and what others need, measures bench/matching.py."""

import sys
from collections.abc import Mapping
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # bench/ itself hides the app insights

from bench.harness import environment

environment.start()

from bench.harness.clock import measure_all, summaries
from bench.harness.options import Options, parser
from bench.harness.report import Report, Section
from bench.harness.searches import World, searches
from bench.harness.site import marketplace, say
from marketplace.clock import utc_now
from services.search.cards import cards
from services.search.engine import Found, search
from services.search.query import SearchQuery

GOAL_MS = 60


def main() -> None:
    """Runs the benchmark."""
    options = parser(__doc__ or "", pages=20_000, queries=40).parse_args(namespace=Options())
    report = Report("search", options)
    with marketplace(options):
        asked = searches(World.read(), number=options.queries)
        one_by_one(asked, report.section("One at a time", f"Goal on 2 cores at 100,000 pages: p95 {GOAL_MS} ms."))
    report.finish()


def one_by_one(asked: Mapping[str, list[SearchQuery]], section: Section) -> None:
    """Every kind of search alone, then all of them, then a walk to the fifth page."""
    say("Searching.")
    readings = []
    for kind, queries in asked.items():
        found = measure_all(answer, queries, warm_up=queries[:3])
        section.add(kind, summaries(found))
        readings += found
    section.add("all", summaries(readings))
    walks = [cursor for query in asked["frequent words"] if (cursor := _deep(query)) is not None]
    if walks:
        section.add("fifth page", summaries(measure_all(lambda walk: answer(*walk), walks)))


def answer(query: SearchQuery, cursor: str = "") -> Found:
    """What a page of results costs: search, facets and cards."""
    found = search(query, now=utc_now(), cursor=cursor)
    cards(found)
    return found


def _deep(query: SearchQuery) -> tuple[SearchQuery, str] | None:
    """The cursor of the fifth page, where there is one."""
    cursor: str | None = ""
    for _page in range(4):
        cursor = search(query, now=utc_now(), cursor=cursor or "", with_facets=False).cursor
        if cursor is None:
            return None
    return query, cursor or ""


if __name__ == "__main__":
    main()
