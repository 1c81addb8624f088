"""What happens when many accept at once: 50 calls over 10 proposals of one request, again and again."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # bench/ itself hides the app insights

from bench.harness import environment

environment.start()

import logging
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Final

from django.conf import settings
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import ApiToken, Member
from bench.harness.figures import Summary
from bench.harness.options import Options, parser
from bench.harness.report import Report
from bench.harness.site import marketplace
from engagements.models import Engagement
from marketplace.clock import utc_now
from requests.actions import post_request
from requests.models import PriceType, Proposal, ProposalStatus, ServiceRequest
from services.models import Service, ServicePage

CLIENTS: Final = 50
RIVALS: Final = 10
Answer = tuple[int, str, float]
"""Status, code of the error or nothing, milliseconds."""


def main() -> None:
    """Runs the benchmark; ends with 1 where a round had no winner, two, or an error of ours."""
    options = parser(__doc__ or "", pages=2_000, requests=60, queries=10).parse_args(namespace=Options())
    settings.ALLOWED_HOSTS.append("testserver")
    logging.disable(logging.WARNING)  # nearly every call is refused: that is the point
    report = Report("accept", options)
    with marketplace(options):
        rounds = [_round() for _ in range(options.queries)]
    answers = [answer for found in rounds for answer in found]
    times = report.section("One call of fifty", "In-process calls of the API by 50 threads, each with a connection.")
    for what, wanted in (("the winner", 200), ("refused", 409)):
        took = Summary.of([ms for status, _code, ms in answers if status == wanted])
        times.add(what, {"calls": took.count, "p50 ms": took.p50, "p95 ms": took.p95, "p99 ms": took.p99})
    section = report.section("Answers", f"{len(rounds)} rounds; 5 of 50 calls are for the proposal that wins.")
    for (status, code), number in sorted(Counter((status, code) for status, code, _ms in answers).items()):
        section.add(f"{status} {code}".strip(), {"calls": number})
    report.finish()
    sys.exit(any(status not in (200, 409) for status, _code, _ms in answers))


def _round() -> list[Answer]:
    """One request, ten proposals, fifty calls that begin in the same moment."""
    client = Member.objects.get(email="client@example.com")
    request, proposals = _prepare(client)
    token = ApiToken.issue(member=client, name="benchmark")[1]
    together = Barrier(CLIENTS)

    def accept(number: int) -> Answer:
        caller = APIClient()
        caller.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        try:
            connection.ensure_connection()
            together.wait(60)
            begun = time.perf_counter()
            answer = caller.post(f"/api/v1/proposals/{proposals[number % RIVALS].pk}/accept/")
            took = (time.perf_counter() - begun) * 1000
            return answer.status_code, answer.json().get("code", ""), took
        finally:
            connection.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(accept, range(CLIENTS)))
    if Engagement.objects.filter(request=request).count() != 1:
        raise SystemExit(f"Request {request.pk} has no winner, or more than one.")
    return answers


def _prepare(client: Member) -> tuple[ServiceRequest, list[Proposal]]:
    now = utc_now()
    values = {
        "service": Service.objects.filter(offers__isnull=False).values_list("slug", flat=True).first(),
        "title": "A request that many want",
        "details": "Ten providers answer, and fifty clicks accept.",
        "budget_type": "fixed",
        "budget_max": 100_000,
        "currency": "EUR",
        "work_location": "remote",
    }
    request = post_request(actor=client, values=values, now=now)
    pages = ServicePage.objects.published().exclude(member=client)[:RIVALS]
    terms = {"price_type": PriceType.FIXED, "amount": 80_000, "currency": "EUR", "days": 14, "scope": "All of it."}
    sent = {"status": ProposalStatus.SUBMITTED, "submitted_at": now}
    return request, [Proposal.objects.create(request=request, page=page, **terms, **sent) for page in pages]


if __name__ == "__main__":
    main()
