"""How long the staff's page and the calls about rates take over two years of minutes.

The marketplace is the demo's: a million rows of minutes and half a million of hours by group. The page is asked through
the whole of Django (middleware, session, template), without a cache of pages.
"""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # bench/ itself hides the app insights

from bench.harness import environment

environment.start()

from datetime import timedelta

from django.test import Client

from accounts.models import Member
from bench.harness.clock import measure, measure_all, summaries
from bench.harness.options import Options, parser
from bench.harness.pages import add_page, browser_of
from bench.harness.report import Report
from bench.harness.site import marketplace
from insights.close import close_minutes
from insights.models import RequestHour, RequestMinute
from insights.progress import count_progress
from insights.ranges import RANGES
from marketplace.clock import utc_now

GOAL_MS = 150
CALLS = (("minute", 6), ("hour", 400), ("day", 730))
"""Step, and the days asked for: as many as 10,000 buckets allow, or two years."""


def main() -> None:
    """Runs the benchmark."""
    options = parser(__doc__ or "", pages=2_000, queries=40).parse_args(namespace=Options())
    report = Report("insights", options)
    with marketplace(options):
        close_minutes()
        count_progress(now=utc_now())
        browser = _browser()
        rows = f"{RequestMinute.objects.count():,} minutes, {RequestHour.objects.count():,} hours"
        pages = report.section("The page, by range", f"Goal: {GOAL_MS} ms. Rows: {rows}.")
        for key in RANGES:
            add_page(pages, key, browser, f"/insights/?range={key}", options.queries)
        api = report.section("The API")
        for step, days in CALLS:
            add_page(api, f"{days} days by {step}", browser, _rate(step, days), options.queries)
        add_page(api, "overview", browser, "/api/v1/stats/overview/", options.queries)
        work = report.section("The work behind it, in the worker", "Both run, whether anybody looks or not.")
        work.add("close a minute", summaries(measure_all(lambda _n: close_minutes(), range(20))))
        work.add("count the funnel", summaries([measure(lambda: count_progress(now=utc_now())) for _n in range(10)]))
    report.finish()


def _browser() -> Client:
    """A member of the staff who is logged in."""
    staff = Member.objects.filter(is_staff=True).first()
    if staff is None:
        staff = Member.objects.create_user("bench@example.com", is_staff=True)
    return browser_of(staff)


def _rate(step: str, days: int) -> str:
    until = utc_now().replace(hour=0, minute=0, second=0, microsecond=0)
    since = until - timedelta(days=days)
    return f"/api/v1/stats/request-rate/?step={step}&from={since:%Y-%m-%dT%H:%M:%SZ}&to={until:%Y-%m-%dT%H:%M:%SZ}"


if __name__ == "__main__":
    main()
