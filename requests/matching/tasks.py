"""Celery tasks of matching. Below the actions, which enqueue them."""

from uuid import UUID

from celery import shared_task

from marketplace.clock import utc_now
from requests.matching import run
from requests.matching.fair_share import count_fair_share


@shared_task
def match_request(request_id: str) -> None:
    """Finds the providers for a request and tells them."""
    run.match(UUID(request_id), now=utc_now())


@shared_task
def match_waiting() -> None:
    """Matches requests whose own task was lost, and sends out the waves that are due."""
    now = utc_now()
    for request_id in run.unmatched(now=now):
        run.match(request_id, now=now)
    for request_id in run.due_for_wave(now=now):
        run.next_wave(request_id, now=now)


@shared_task
def count_share() -> None:
    """Counts anew how many leads a page may have before others go first."""
    count_fair_share(now=utc_now())
