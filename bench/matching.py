"""How long matching takes, from the start of the task to stored matches, and how long a page that was just published
takes to be found."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # bench/ itself hides the app insights

from bench.harness import environment

environment.start()

from django.conf import settings
from django.utils.crypto import get_random_string

from accounts.models import Member
from bench.harness.clock import measure_all, summaries
from bench.harness.figures import Summary
from bench.harness.load import together
from bench.harness.options import Options, parser
from bench.harness.report import Report, Section
from bench.harness.site import marketplace, say
from marketplace.celery import app as celery_app
from marketplace.clock import utc_now
from marketplace.ids import new_id
from requests.matching import run
from requests.matching.retrieve import retrieve
from requests.models import Match, Matching, RequestStatus, ServiceRequest
from services import actions
from services.models import PageService, Pricing, Service, ServicePage, WorkLocation
from services.search.engine import search
from services.search.query import SearchQuery
from services.search.ranking import Row
from services.search.retrieve import DEEP

GOAL_MS = 60
FINDABLE = 20
"""Pages that are published to see when they are found."""
PATIENCE_SECONDS = 30


def main() -> None:
    """Runs the benchmark."""
    options = parser(__doc__ or "", pages=20_000, queries=200).parse_args(namespace=Options())
    report = Report("matching", options)
    with marketplace(options):
        matches(options, report)
        findable(report.section("From publishing to found, with a real worker", "Goal: meaning 1,000 ms"))
    report.finish()


def matches(options: Options, report: Report) -> None:
    """Matching alone, its retrieval alone, and from one and two workers at once."""
    say("Matching.")
    waiting = wait_for_matching(options.queries + 5)
    section = report.section(
        "From the task's start to stored matches", f"Goal at 100,000 pages on 2 cores: p95 {GOAL_MS} ms"
    )
    done = measure_all(match, waiting[5:], warm_up=waiting[:5])
    section.add("match, notifications included", summaries(done))
    asked = list(ServiceRequest.objects.filter(pk__in=waiting).select_related("service", "client"))
    section.add("of that, candidates and facts", summaries(measure_all(partial(retrieve, now=utc_now()), asked)))
    found = Match.objects.filter(request__in=waiting[5:]).count() / len(waiting[5:])
    section.add("matches stored for each", {"calls": len(waiting[5:]), "mean": found})
    load = report.section("Workers at once")
    for clients in (1, 2):
        queue = wait_for_matching(int(options.seconds * 60) * clients)
        shares = [queue[number::clients] for number in range(clients)]
        done_together = together(partial(_next, shares), clients=clients, seconds=options.seconds)
        load.add("match", done_together.figures())


def match(request_id: UUID) -> int:
    """What the task does."""
    return run.match(request_id, now=utc_now())


def wait_for_matching(number: int) -> list[UUID]:
    """Ids of so many new open requests: the demo's, posted anew and not matched yet."""
    past = list(ServiceRequest.objects.exclude(published_at=None).order_by("pk")[:300])
    now = utc_now()
    made = []
    for place in range(number):
        request = past[place % len(past)]
        request.pk, request.status, request.matching = new_id(), RequestStatus.OPEN, Matching.PENDING
        request.visibility, request.matched_at, request.next_wave_at = "matched", None, None
        request.published_at = request.first_published_at = request.created_at = now
        made.append(
            ServiceRequest(**{field.attname: getattr(request, field.attname) for field in request._meta.fields})
        )
    ServiceRequest.objects.bulk_create(made)
    return [request.pk for request in made]


def findable(section: Section) -> None:
    """Publishes pages through the product's action while a worker runs; asks for them by a word, then by meaning."""
    say("Publishing pages.")
    service = Service.objects.filter(is_active=True).order_by("pk")[0]
    publishing, by_words, by_meaning = [], [], []
    with worker():
        for _number in range(FINDABLE):
            word = get_random_string(12, "abcdefghijklmnopqrstuvwxyz")
            page = draft(word, service)
            begun = time.perf_counter()
            actions.publish_page(actor=page.member, page=page, now=utc_now())
            published = time.perf_counter()
            while row_of(page, word) is None:  # a search that is overtaken by the worker's writing passes over the row
                if time.perf_counter() - published > PATIENCE_SECONDS:
                    raise RuntimeError("A published page was not found by a word of its title.")
            by_words.append((time.perf_counter() - published) * 1000)
            while (row := row_of(page, word)) is None or not row.similarity:
                if time.perf_counter() - published > PATIENCE_SECONDS:
                    raise RuntimeError("A published page was not found by its meaning.")
                time.sleep(0.005)
            by_meaning.append((time.perf_counter() - published) * 1000)
            publishing.append((published - begun) * 1000)
    for what, durations in (("publish", publishing), ("by words", by_words), ("by meaning", by_meaning)):
        summary = Summary.of(durations)
        section.add(what, {"calls": summary.count, "p50 ms": summary.p50, "p95 ms": summary.p95})


def draft(word: str, service: Service) -> ServicePage:
    """A page that is ready to be published, with this word in its title."""
    member = Member.objects.create_user(f"{word}@example.com", None, name="Pat Provider")
    page = ServicePage(
        member=member,
        slug=word,
        title=f"Careful {word} restoration",
        about="I repair what others throw away.",
        languages=["en"],
        work_location=WorkLocation.REMOTE,
        pricing=Pricing.CONTACT,
    )
    page.render_about()
    page.save()
    PageService.objects.create(page=page, service=service)
    return page


def row_of(page: ServicePage, word: str) -> Row | None:
    """The page's row among the results for the word and something that it means."""
    found = search(SearchQuery(text=f"{word} mending broken things"), now=utc_now(), size=DEEP, with_facets=False)
    return next((hit.row for hit in found.hits if hit.row.page_id == page.pk), None)


@contextmanager
def worker() -> Iterator[None]:
    """A worker process like that of ``manage.py run``, on all queues."""
    celery_app.control.purge()
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "marketplace", "worker", "--loglevel", "WARNING"]
    queues = ",".join(settings.QUEUES)
    process = subprocess.Popen([*command, "-Q", queues, "-c", "1", "--without-gossip", "--without-mingle"])
    try:
        while not celery_app.control.ping(timeout=1):
            if process.poll() is not None:
                raise RuntimeError("The worker does not start.")
        yield
    finally:
        process.terminate()
        process.wait(30)


def _next(shares: Sequence[Sequence[UUID]], number: int) -> None:
    share = shares[number // 1_000_003]
    match(share[number % 1_000_003 % len(share)])


if __name__ == "__main__":
    main()
