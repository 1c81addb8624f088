"""Matching and searching among so many pages: how long they take, alone and with several clients, how much of the exact
answer they find, how soon a published page is found, what all of it weighs, and what others need for the same."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
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
from bench.harness.columns import Columns
from bench.harness.figures import Summary
from bench.harness.load import together
from bench.harness.options import Options, parser
from bench.harness.phases import Phases
from bench.harness.recall import completeness
from bench.harness.references import Tantivy, full_text, graph, nearest, texts, words_alone
from bench.harness.report import Report, Section
from bench.harness.searches import mixed
from bench.harness.site import answers_from_columns, forget_waiting, made_in, marketplace, say
from bench.harness.sizes import sizes
from bench.harness.web import ROOT
from marketplace.celery import app as celery_app
from marketplace.clock import utc_now
from marketplace.embedded.processes import tied
from marketplace.ids import new_id
from requests.matching import run
from requests.matching.retrieve import retrieve
from requests.models import Match, Matching, RequestStatus, ServiceRequest
from services import actions
from services.models import PageService, Pricing, Service, ServicePage, WorkLocation
from services.search.cards import cards
from services.search.engine import search
from services.search.plan import understand
from services.search.query import SearchQuery
from services.search.ranking import Row
from services.search.retrieve import DEEP

GOAL_MS = 50
CLIENTS = (1, 2, 8)
MOST_FOR_INDEXES = 1_000_000
"""Pages up to which others build their indexes. Above, only the exact scan in memory is held against ours."""
FINDABLE = 20
"""Pages that are published to see when they are found."""
PATIENCE_SECONDS = 30
WORDS_ALONE = "tantivy is held against what our words alone take, without a radius."
NO_COLUMNS = "Our words alone are not measured: there are no files of columns (too few pages, or SEARCH_ENGINE)."
A_SECOND = 200
"""Requests that wait for each worker: more than it can match. One that is matched already costs next to nothing."""


class Sampling(Options):
    """And how many answers are compared: an exact one takes its time among millions of pages."""

    sampled: int


def main() -> None:
    """Runs the benchmark."""
    reader = parser(__doc__ or "", pages=20_000, queries=200)
    compared = "searches, and requests, whose answers are held against the exact ones (200)"
    reader.add_argument("--sampled", type=int, default=200, metavar="N", help=compared)
    options = reader.parse_args(namespace=Sampling())
    report = Report("matching", options)
    phases = Phases(report, options)
    with marketplace(options):
        phases.run("size", partial(weigh, options))
        phases.run("matches", partial(matches, options))
        phases.run("searches", partial(mixed_searches, options))
        phases.run("recall", partial(completeness, sampled=options.sampled))
        phases.run("references", partial(references, options))
        phases.run("findable", findable)
    phases.finish()


def weigh(options: Options, report: Report) -> None:
    """How long it took to make, and what it takes on disk."""
    made = report.section("Making it", "Every index built. The seconds are those of this machine as it was then.")
    seconds = made_in()
    rate = options.pages / seconds if seconds else None
    made.add("pages", {"pages": options.pages, "seconds": seconds, "a second": rate})
    sizes(report.section("On disk"), options.pages)


def matches(options: Options, report: Report) -> None:
    """Matching alone, its retrieval alone, and from several workers at once."""
    say("Matching.")
    waiting = wait_for_matching(options.queries + 5)
    section = report.section("From the task's start to stored matches", f"Goal on 2 cores: p95 {GOAL_MS} ms")
    done = measure_all(match, waiting[5:], warm_up=waiting[:5])
    section.add("match, notifications included", summaries(done))
    asked = list(ServiceRequest.objects.filter(pk__in=waiting).select_related("service", "client"))
    section.add("of that, candidates and facts", summaries(measure_all(partial(retrieve, now=utc_now()), asked)))
    found = Match.objects.filter(request__in=waiting[5:]).count() / len(waiting[5:])
    section.add("matches stored for each", {"calls": len(waiting[5:]), "mean": found})
    load = report.section("Workers at once")
    try:
        for clients in CLIENTS:
            queue = wait_for_matching(int(options.seconds * A_SECOND) * clients)
            shares = [queue[number::clients] for number in range(clients)]
            done_together = together(partial(_next, shares), clients=clients, seconds=options.seconds)
            load.add("match", done_together.figures())
    finally:
        forget_waiting()


def mixed_searches(options: Options, report: Report) -> None:
    """Searches of all kinds, one at a time and by several clients. What each kind costs tells bench/search.py."""
    say("Searching.")
    asked = mixed(options.queries)
    section = report.section("Searches of all kinds, facets and cards included", f"Goal on 2 cores: p95 {GOAL_MS} ms")
    section.add("search", summaries(measure_all(answer, asked, warm_up=asked[:10])))
    load = report.section("Clients at once")
    for clients in CLIENTS:
        done = together(partial(_numbered, asked), clients=clients, seconds=options.seconds)
        load.add("search", done.figures())


def answer(query: SearchQuery) -> None:
    """What a page of results costs: search, facets and cards."""
    cards(search(query, now=utc_now()))


def references(options: Options, report: Report) -> None:
    """What finding the first 20 costs others, with the same words and filters."""
    say("Measuring the references.")
    now = utc_now()
    asked = [query for query in mixed(options.queries) if query.text]
    title = "The first 20, by ours and by others, with the same words and filters"
    section = report.section(title, f"No facets, no cards. {WORDS_ALONE if answers_from_columns() else NO_COLUMNS}")
    ours = _reference(section, "ours: words, meaning, ranking", partial(search, now=now, with_facets=False), asked)
    if options.pages <= MOST_FOR_INDEXES:
        _others_with_indexes(options, report, section, asked, ours)
    _reference(section, "NumPy, exact, all in memory", Columns().scan, asked, ours)


def _others_with_indexes(
    options: Options, report: Report, section: Section, asked: Sequence[SearchQuery], ours: Summary
) -> None:
    now = utc_now()
    plain = [query for query in asked if query.latitude is None]
    plans = {query: understand(query.text) for query in plain}
    words = None
    if answers_from_columns():
        ask = partial(words_alone, plans=plans, now=now)
        words = _reference(section, "ours: any word, understood before", ask, plain)
    with texts():
        _reference(section, "PostgreSQL full text, all words, ts_rank", partial(full_text, now=now), asked, ours)
    with graph() as (seconds, size):
        _reference(section, "pgvector HNSW, iterative scan", partial(nearest, now=now), asked, ours)
    _reference(section, "tantivy, any word", Tantivy(Path(settings.MARKETPLACE_HOME) / "tantivy").search, plain, words)
    graph_of = report.section("The HNSW index, if there were one")
    graph_of.add("pgvector HNSW", {"seconds to build": seconds, "bytes a page": size / options.pages})


def _reference(
    section: Section,
    what: str,
    ask: Callable[[SearchQuery], object],
    asked: Sequence[SearchQuery],
    ours: Summary | None = None,
) -> Summary:
    readings = measure_all(ask, asked, warm_up=asked[:5])
    cpu = Summary.of([each.cpu for each in readings])
    ratio = {"p95 of ours": cpu.p95 / ours.p95} if ours else {}
    section.add(what, summaries(readings) | ratio)
    return cpu


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


def findable(report: Report) -> None:
    """Publishes pages through the product's action while a worker runs; asks for them by a word, then by meaning."""
    section = report.section("From publishing to found, with a real worker", "Goal: meaning 1,000 ms")
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
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "marketplace", "worker", "--loglevel", "WARNING"]
    command = [*celery, "-Q", ",".join(settings.QUEUES), "-c", "1", "--without-gossip", "--without-mingle"]
    process = subprocess.Popen(tied(command, signal="TERM"), cwd=ROOT)
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


def _numbered(asked: Sequence[SearchQuery], number: int) -> None:
    answer(asked[number % len(asked)])


if __name__ == "__main__":
    main()
