"""How long a search takes."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # bench/ itself hides the app insights

from bench.harness import environment

environment.start()

from bench.harness.clock import measure_all, summaries
from bench.harness.load import together
from bench.harness.options import Options, parser
from bench.harness.report import Report
from bench.harness.site import marketplace
from marketplace.clock import utc_now
from services.search.engine import search
from services.search.query import SearchQuery


def main() -> None:
    """Runs the benchmark."""
    options = parser(__doc__ or "").parse_args(namespace=Options())
    report = Report("search", options)
    queries = [SearchQuery(text=text) for text in ("logo design", "webseite", "wedding photographer")]
    with marketplace(options):
        section = report.section("One at a time")
        readings = measure_all(lambda query: search(query, now=utc_now()), queries * 20, warm_up=queries)
        section.add("words", summaries(readings))
        load = report.section("Together")
        for clients in (1, 2):
            figures = together(
                lambda number: search(queries[number % 3], now=utc_now()), clients=clients, seconds=options.seconds
            )
            load.add("words", figures.figures())
    report.finish()


if __name__ == "__main__":
    main()
