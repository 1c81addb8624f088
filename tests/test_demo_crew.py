"""Several processes make the demo's pages at the same time, and whoever is killed leaves nothing half done."""

import os
import signal
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.clock import utc_now
from marketplace.demo.arguments import Arguments
from marketplace.demo.done import merged, missing, spans
from marketplace.demo.seeding import seed_demo
from services.catalogue.load import load
from services.models import ServicePage
from services.search.bulk import SLOW, _present
from sitesettings.models import DemoState
from tests.demo_digest import digest

PAGES = 2100
ARGUMENTS = Arguments(pages=PAGES, requests=4, seed=7, now=datetime(2026, 11, 24, tzinfo=UTC), history_days=2)


def nothing(*_args: object) -> None:
    """No progress bar."""


def die_among_the_pages(step: str, done: int, _total: int) -> None:
    """As kill -9 does."""
    if step == "Service pages" and done >= 1000:
        os.kill(os.getpid(), signal.SIGKILL)


def seed_and_be_killed() -> None:
    """In a process of its own, which leaves its helpers in the middle of their work."""
    child = os.fork()
    if child == 0:
        connection.connection = None  # the parent's
        try:
            seed_demo(ARGUMENTS, die_among_the_pages)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.django_db(transaction=True)
def test_many_make_the_same_as_one_does_even_if_killed_in_between() -> None:
    load(now=utc_now())
    with transaction.atomic():  # where one process does it alone
        seed_demo(ARGUMENTS, nothing)
        alone = digest()
        transaction.set_rollback(True)
    seed_and_be_killed()
    assert DemoState.objects.get().state == DemoState.State.MAKING
    assert seed_demo(ARGUMENTS, nothing)
    assert digest() == alone
    assert ServicePage.objects.count() == PAGES
    assert DemoState.objects.get().done["pages"] == [[0, PAGES]]
    assert _present() == SLOW


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a loaded machine is slow
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=6), st.integers(1, 20))
def test_what_is_missing_and_what_is_done_are_everything_once(given: list[tuple[int, int]], batch: int) -> None:
    done = merged((first, first + length) for first, length in given)
    total = max([50, *(last for _first, last in done)])
    numbers = sorted(number for numbers in missing(done, total, batch) for number in numbers)
    assert sorted([*numbers, *(number for first, last in done for number in range(first, last))]) == list(range(total))
    assert all(len(numbers) <= batch for numbers in missing(done, total, batch))


def test_a_note_of_one_number_is_what_was_done_so_far() -> None:
    assert spans(3000) == [(0, 3000)]
    assert missing(spans(3000), 4000, 1000) == [range(3000, 4000)]
