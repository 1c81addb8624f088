"""What making the demo consists of, in order. Each step goes in batches, so that an interrupted run can go on.

A step is a function of the world and of numbers: what it makes depends on nothing else, so that it is the same whether
the run was interrupted or not, and whoever makes which batch. Its batches run in a transaction each, together with the
note of what is made (``done.py``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Count

from insights.imported import import_history
from insights.progress import count_progress
from marketplace.copying import copy_rows, copy_values
from marketplace.demo.aftermath import tell
from marketplace.demo.arguments import Arguments
from marketplace.demo.asks import BATCH, make_request
from marketplace.demo.days import SEEN_MOST, copy_days
from marketplace.demo.latest import Leads, find_leads, latest_open
from marketplace.demo.logins import save_logins
from marketplace.demo.pages import Offer, write
from marketplace.demo.past_clients import MOST as INVITING_MOST
from marketplace.demo.past_clients import copy_past_clients
from marketplace.demo.past_work import copy_past_work, crowds_with_past
from marketplace.demo.plots import STORY
from marketplace.demo.records import sum_records
from marketplace.demo.telling import Rows
from marketplace.demo.world import World
from requests.models import ServiceRequest
from requests.prices import count_prices
from services.models import PageService, PageStatus, ServiceGroup, ServicePage
from services.search import index


@dataclass(frozen=True, slots=True)
class Step:
    """``make`` writes the things with these numbers within the caller's transaction; ``total`` says how many there
    are. ``key`` is what the note of how far it is goes by: it must not change. ``apart``: after the first batch several
    processes may make others at the same time. ``searches``: the index must be whole before it."""

    key: str
    label: str
    total: Callable[[Arguments], int]
    make: Callable[[World, range], None]
    batch: int = 1000
    apart: bool = False
    searches: bool = False


def make_logins(world: World, _numbers: range) -> None:
    """The three whom one can log in as."""
    save_logins(world.logins, world.seed)


def make_pages(world: World, numbers: range) -> None:
    """Members with their pages, in the search index. Number 0 is the provider's page, the others are the crowd's."""
    offers = [world.provider] if numbers.start == 0 else []
    for number in range(max(0, numbers.start - 1), numbers.stop - 1):
        offer = world.offer(number)
        write(offer, world.seed, number)
        offers.append(offer)
    copy_rows([offer.member for offer in offers if offer is not world.provider])
    copy_rows([offer.page for offer in offers])
    copy_values(
        PageService, ["page_id", "service_id", "position"], (row for offer in offers for row in _services(offer))
    )
    index.add_new([(offer.page, offer.services) for offer in offers])


def _services(offer: Offer) -> list[tuple[UUID, int, int]]:
    return [(offer.page.pk, service.pk, position) for position, service in enumerate(offer.services)]


def make_requests(world: World, numbers: range) -> None:
    """Requests with all that came of them, but for the latest ones of the first batch."""
    requests = {number: make_request(world, number) for number in numbers}
    for number in _latest(requests, numbers):
        del requests[number]
    _save(world, requests)


def make_latest(world: World, numbers: range) -> None:
    """The latest open requests of the first batch go through the product's own retrieval and ranking, after all others,
    whose leads and ratings it takes into account."""
    requests = {number: make_request(world, number) for number in range(min(BATCH, world.arguments.requests))}
    latest = {number: requests[number] for number in _latest(requests, range(BATCH))}
    provider = world.provider.page.pk
    _save(
        world,
        latest,
        {
            number: find_leads(request, provider if world.plot(number).part else None)
            for number, request in latest.items()
        },
    )


def _latest(requests: Mapping[int, ServiceRequest], numbers: range) -> list[int]:
    return latest_open(requests, len(STORY)) if numbers.start == 0 else []


def _save(world: World, requests: Mapping[int, ServiceRequest], leads: Mapping[int, Leads] | None = None) -> None:
    rows = Rows(world.now)
    for number, request in requests.items():
        tell(world, request, rows, number, (leads or {}).get(number))
    copy_rows(list(requests.values()))
    rows.save()


def make_records(world: World, _numbers: range) -> None:
    """What pages and clients are known for: the sums of their reviews, jobs and answers."""
    sum_records(world.now)


def make_history(world: World, _numbers: range) -> None:
    """Request rates from before this marketplace was here."""
    groups = ServiceGroup.objects.filter(is_active=True).annotate(number=Count("services")).order_by("position", "pk")
    shares = [(group.pk, float(group.number or 1)) for group in groups]
    pages = ServicePage.objects.filter(status=PageStatus.PUBLISHED).count()
    days = world.arguments.history_days
    import_history(end=world.now, seed=world.seed, groups=shares, pages=pages, days=days)
    count_progress(now=world.now)
    count_prices(now=world.now)


STEPS: Final = (
    Step("logins", "Log-ins", lambda _arguments: 1, make_logins),
    Step("pages", "Service pages", lambda arguments: arguments.pages, make_pages, 500, apart=True),
    Step("days", "Views of pages", lambda arguments: min(arguments.pages, SEEN_MOST), copy_days),
    Step("outside", "Past clients", lambda arguments: min(arguments.pages, INVITING_MOST), copy_past_clients),
    Step("past work", "Work of the past", crowds_with_past, copy_past_work, batch=1),
    Step("requests", "Requests", lambda arguments: arguments.requests, make_requests, BATCH),
    Step("records", "Ratings", lambda _arguments: 1, make_records),
    Step("latest", "Latest requests", lambda _arguments: 1, make_latest, searches=True),
    Step("answers", "Response times", lambda _arguments: 1, make_records),
    Step("history", "Request rates", lambda _arguments: 1, make_history),
)
