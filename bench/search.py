"""How long a search takes, facets and cards included, against plain full text and an exact scan on the same pages; and
how much of the exact answer it finds."""

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # bench/ itself hides the app insights

from bench.harness import environment

environment.start()

from bench.harness.clock import measure_all, summaries
from bench.harness.figures import Summary
from bench.harness.load import together
from bench.harness.options import Options, parser
from bench.harness.references import exact_ids, full_text, scan, vectors
from bench.harness.report import Report, Section
from bench.harness.searches import World, searches
from bench.harness.site import marketplace, say
from marketplace.clock import utc_now
from services.search.cards import cards
from services.search.engine import Found, search
from services.search.query import SearchQuery

GOAL_MS = 60
FIRST_PAGE = 20


def main() -> None:
    """Runs the benchmark."""
    options = parser(__doc__ or "", pages=20_000, queries=40).parse_args(namespace=Options())
    report = Report("search", options)
    with marketplace(options):
        asked = searches(World.read(), number=options.queries)
        mixed = list(chain.from_iterable(zip(*asked.values(), strict=True)))
        one_by_one(
            asked, mixed, report.section("One at a time", f"Goal on 2 cores at 100,000 pages: p95 {GOAL_MS} ms.")
        )
        references(
            mixed, report.section("References on the same pages", "Each finds the first 20; no facets, no cards.")
        )
        completeness(mixed, report.section("Of the first 20 by exact ranking of all pages", "Goal: 0.95"))
        load = report.section("Clients at once, mixed searches")
        for clients in (1, 2):
            done = together(partial(_numbered, mixed), clients=clients, seconds=options.seconds)
            load.add("search", done.figures())
    report.finish()


def one_by_one(asked: Mapping[str, list[SearchQuery]], mixed: Sequence[SearchQuery], section: Section) -> None:
    """Every kind of search alone, then all of them, then a walk to the fifth page."""
    say("Searching.")
    readings = []
    for kind, queries in asked.items():
        found = measure_all(answer, queries, warm_up=queries[:3])
        section.add(kind, summaries(found))
        readings += found
    section.add("all", summaries(readings))
    walks = [cursor for query in mixed[:: len(asked)] if (cursor := _deep(query)) is not None]
    if walks:
        section.add("fifth page", summaries(measure_all(lambda walk: answer(*walk), walks)))


def answer(query: SearchQuery, cursor: str = "") -> Found:
    """What a page of results costs: search, facets and cards."""
    found = search(query, now=utc_now(), cursor=cursor)
    cards(found)
    return found


def references(mixed: Sequence[SearchQuery], section: Section) -> None:
    """Plain PostgreSQL full text, and NumPy over all vectors in memory, for the same words."""
    say("Measuring the references.")
    texts = [query.text for query in mixed if query.text]
    section.add("PostgreSQL full text, all words, ts_rank", summaries(measure_all(full_text, texts, warm_up=texts[:3])))
    matrix = vectors()
    section.add(
        "exact NumPy scan of all vectors", summaries(measure_all(partial(scan, matrix), texts, warm_up=texts[:3]))
    )


def completeness(mixed: Sequence[SearchQuery], section: Section, most: int = 200) -> None:
    """How much of the first 20 of an exact ranking the search has among its first 20."""
    say("Comparing with exact ranking.")
    shares = []
    for query in [query for query in mixed if query.text][:most]:
        now = utc_now()
        found = search(query, now=now, with_facets=False)
        exact = exact_ids(query, found, now=now, most=FIRST_PAGE)
        if exact:
            shares.append(len(exact & {hit.row.page_id for hit in found.hits}) / len(exact))
    section.add("recall@20", {"queries": len(shares), "mean": sum(shares) / len(shares), "least": min(shares)})
    section.add("share of queries with all 20", {"mean": Summary.of([share == 1 for share in shares]).mean})


def _deep(query: SearchQuery) -> tuple[SearchQuery, str] | None:
    """The cursor of the fifth page, where there is one."""
    cursor: str | None = ""
    for _page in range(4):
        cursor = search(query, now=utc_now(), cursor=cursor or "", with_facets=False).cursor
        if cursor is None:
            return None
    return query, cursor or ""


def _numbered(mixed: Sequence[SearchQuery], number: int) -> None:
    answer(mixed[number % len(mixed)])


if __name__ == "__main__":
    main()
