"""Making the demo: in steps, each of them bulk, none of them telling anybody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count

from accounts.models import Member
from insights.imported import import_history
from marketplace.demo.aftermath import Rows, tell
from marketplace.demo.asks import LEADS, STORY, World, make_request
from marketplace.demo.catalogue import Trade, load_trades
from marketplace.demo.ids import seeded
from marketplace.demo.logins import ADMIN, CLIENT, PROVIDER, make_logins
from marketplace.demo.pages import Offer, make_offer
from marketplace.demo.real_matching import latest_open, match_really
from marketplace.demo.removal import remove_demo
from requests.models import ServiceRequest
from services.models import PageService, PageStatus, ServiceGroup, ServicePage
from services.search.index import reindex
from sitesettings.models import DemoState

BATCH: Final = 1000
KEPT: Final = 2000
LOCK: Final = 7_203_110_009
"""Advisory lock of whoever makes or removes the demo. An arbitrary number."""
Progress = Callable[[str, int, int], None]
"""Called with the step, what of it is done, and how much it is in all."""


class DemoRefused(Exception):
    """The demo cannot be made here; the message says why."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the demo is made of. Equal arguments make equal demos. ``texts`` is a folder, or empty."""

    pages: int
    requests: int
    seed: int
    now: datetime
    texts: str = ""

    def as_json(self) -> dict[str, str | int]:
        """For the row that remembers them."""
        return {**asdict(self), "now": self.now.isoformat()}


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else makes or removes the demo meanwhile. Raises DemoRefused where somebody does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise DemoRefused("Somebody else is making or removing the demo at this moment.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def require_allowed() -> None:
    """Raises DemoRefused with production settings: everybody knows the log-ins' password."""
    if settings.PRODUCTION:
        raise DemoRefused("The demo is never made with production settings: everybody knows its log-ins' password.")


def seed_demo(arguments: Arguments, progress: Progress) -> bool:
    """Makes the demo; False where the same one is there already.

    What an interrupted run left is removed first. Raises DemoRefused.
    """
    require_allowed()
    with alone():
        state = DemoState.objects.filter(pk=1).first()
        if state and state.state == DemoState.State.MADE:
            if state.arguments == arguments.as_json():
                return False
            raise DemoRefused("Another demo is here. Remove it first: python manage.py demo --remove")
        _require_free_addresses()
        DemoState.objects.update_or_create(
            pk=1, defaults={"state": DemoState.State.MAKING, "arguments": arguments.as_json()}
        )
        if state and state.state == DemoState.State.MAKING:
            remove_demo()
        _make(arguments, progress)
        DemoState.objects.update_or_create(pk=1, defaults={"state": DemoState.State.MADE})
    return True


def _require_free_addresses() -> None:
    taken = Member.objects.filter(email__in=[CLIENT, PROVIDER, ADMIN], is_demo=False).values_list("email", flat=True)
    if taken:
        raise DemoRefused(f"Somebody real has an address that the demo needs: {', '.join(taken)}.")


def _make(arguments: Arguments, progress: Progress) -> None:
    trades = load_trades()
    if not trades:
        raise DemoRefused("The catalogue is empty: run python manage.py migrate first.")
    with transaction.atomic():
        client, provider, _admin = make_logins(arguments.seed, trades, now=arguments.now)
    offers = _make_pages(arguments, trades, progress)
    _make_requests(arguments, World(arguments.seed, arguments.now, trades, offers, client, provider), progress)
    _import(arguments)


def _make_pages(arguments: Arguments, trades: list[Trade], progress: Progress) -> list[Offer]:
    """All pages but the provider's, in batches that are each saved and indexed before the next is made.

    Returns the first ones, among which the requests find their clients and providers.
    """
    kept: list[Offer] = []
    for start in range(0, arguments.pages - 1, BATCH):
        numbers = range(start, min(start + BATCH, arguments.pages - 1))
        offers = [make_offer(arguments.seed, number, trades, now=arguments.now) for number in numbers]
        with transaction.atomic():
            Member.objects.bulk_create(offer.member for offer in offers)
            ServicePage.objects.bulk_create(offer.page for offer in offers)
            PageService.objects.bulk_create(
                PageService(page=offer.page, service=service, position=position)
                for offer in offers
                for position, service in enumerate(offer.services)
            )
        reindex(offer.page.pk for offer in offers)
        kept += offers[: KEPT - len(kept)]
        progress("Service pages", numbers.stop + 1, arguments.pages)
    return kept


def _make_requests(arguments: Arguments, world: World, progress: Progress) -> None:
    story = len(STORY) + LEADS
    for start in range(0, arguments.requests, BATCH):
        numbers = range(start, min(start + BATCH, arguments.requests))
        requests = [make_request(world, number) for number in numbers]
        really = latest_open(requests, story) if start == 0 else set()
        rows = Rows()
        for number, request in zip(numbers, requests, strict=True):
            rng = seeded(arguments.seed, "aftermath", number)
            tell(world, request, rows, rng, matched=request.pk not in really)
        with transaction.atomic():
            ServiceRequest.objects.bulk_create(requests)
            rows.save()
        match_really([request for request in requests if request.pk in really])
        progress("Requests", numbers.stop, arguments.requests)


def _import(arguments: Arguments) -> None:
    shares = ServiceGroup.objects.filter(is_active=True).annotate(number=Count("services")).order_by("position", "pk")
    pages = ServicePage.objects.filter(status=PageStatus.PUBLISHED).count()
    groups = [(group.pk, float(group.number or 1)) for group in shares]
    import_history(end=arguments.now, seed=arguments.seed, groups=groups, pages=pages)
