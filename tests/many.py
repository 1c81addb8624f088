"""Services with many pages, and pages that change meanwhile, for tests."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice, product
from random import Random
from typing import Any

from django.db import connection

from marketplace.clock import utc_now
from services import actions
from services.models import Service, ServicePage
from services.search import statistics
from services.search.index import reindex
from tests import factories

SUBJECTS = ("bakeries", "banks", "bands", "schools", "hotels", "clinics", "farms", "museums", "lawyers", "gardens")
THINGS = ("Logos", "Posters", "Menus", "Signs", "Letters", "Books", "Maps", "Icons")


def make_pages(service: Service, number: int) -> list[ServicePage]:
    """Pages of several meanings, prices and languages."""
    chance = Random(5)
    kinds = islice(product(range(100), THINGS, SUBJECTS), number)
    return [
        factories.make_page(
            services=[service],
            title=f"{thing} for {subject}",
            about=" ".join(chance.choices(SUBJECTS + THINGS, k=12)),
            languages=chance.choice((["en"], ["de"], ["en", "de"])),
            rate=chance.randrange(2000, 9000),
            indexed=False,
        )
        for _round, thing, subject in kinds
    ]


@contextmanager
def changing(pages: Sequence[ServicePage]) -> Iterator[tuple[list[ServicePage], list[ServicePage]]]:
    """While the block runs, half of the pages are edited one after the other, and the other half paused and published,
    and words counted. Gives the two halves; afterwards every page is published."""
    steady, moving = list(pages[: len(pages) // 2]), list(pages[len(pages) // 2 :])

    def move() -> None:
        for page in moving:
            actions.pause_page(actor=page.member, page=page, now=utc_now())
            actions.publish_page(actor=page.member, page=page, now=utc_now())

    def edit() -> None:
        for page in steady:
            ServicePage.objects.filter(pk=page.pk).update(title=f"{page.title} and more")
            reindex([page.pk])

    def count() -> None:
        for _round in range(6):
            statistics.count_words()

    with meanwhile(move, edit, count):
        yield steady, moving
    reindex([page.pk for page in moving])


@contextmanager
def meanwhile(*calls: Any) -> Iterator[None]:
    """Makes the calls from threads of their own while the block runs, and afterwards raises what they raised."""

    def run(call: Any) -> None:
        try:
            call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        running = [pool.submit(run, call) for call in calls]
        yield
        for each in running:
            each.result()
