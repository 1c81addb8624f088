"""How much of the exact answer searches and matching find."""

from dataclasses import replace
from typing import Final

from bench.harness.load import divided
from bench.harness.references import exact_ids
from bench.harness.report import Report
from bench.harness.searches import mixed
from bench.harness.site import say
from marketplace.clock import utc_now
from requests.matching.retrieve import candidate_query
from requests.models import ServiceRequest
from services.search.candidates import every_candidate
from services.search.engine import search
from services.search.index import candidates
from services.search.query import SearchQuery

GOAL: Final = 0.95
FIRST_PAGE: Final = 20
AT_ONCE: Final = 2
"""Exact answers that are looked for at the same time."""


def completeness(report: Report, *, sampled: int) -> None:
    """How much of the first 20 of an exact ranking of all eligible pages searches and matching have among theirs.
    ``sampled`` of each are compared: an exact answer takes its time among millions of pages."""
    say("Comparing with exact ranking.")
    section = report.section("Of the first 20 by exact ranking of all eligible pages", f"Goal: {GOAL}")
    asked = [query for query in mixed(2 * sampled) if query.text][:sampled]
    past = (
        ServiceRequest.objects.exclude(published_at=None).select_related("service", "client").order_by("pk")[:sampled]
    )
    for what, answered in (
        ("search", divided(_search_share, asked, clients=AT_ONCE)),
        ("matching", divided(_match_share, list(past[:sampled]), clients=AT_ONCE)),
    ):
        shares = [share for share in answered if share is not None]
        whole = sum(share == 1 for share in shares) / len(shares)
        figures = {"mean": sum(shares) / len(shares), "least": min(shares), "with all 20": whole}
        section.add(what, {"calls": len(shares), **figures})


def _search_share(query: SearchQuery) -> float | None:
    """The share for one search; None where no page may answer it."""
    now = utc_now()
    found = search(query, now=now, with_facets=False)
    exact = exact_ids(query, found, now=now, most=FIRST_PAGE)
    return len(exact & {hit.row.page_id for hit in found.hits}) / len(exact) if exact else None


def _match_share(request: ServiceRequest) -> float | None:
    """The share for one request; None where no page is eligible."""
    asked = candidate_query(request, now=utc_now())
    exact = {candidate.page_id for candidate in every_candidate(replace(asked, limit=FIRST_PAGE))}
    found = {candidate.page_id for candidate in candidates(asked)[:FIRST_PAGE]}
    return len(exact & found) / len(exact) if exact else None
