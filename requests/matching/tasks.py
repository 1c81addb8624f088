"""Celery tasks of matching. Below the actions, which enqueue them."""

import time
from typing import Final

from celery import shared_task

from marketplace.clock import utc_now
from marketplace.tasks import answer, enqueue_once
from requests.matching import run
from requests.matching.fair_share import count_fair_share

WORKS_FOR: Final = 30.0
"""Seconds after which a worker lets others in between."""


@shared_task
def match_posted() -> None:
    """Finds the providers for all requests that wait, and tells them."""
    answer(match_posted)
    begun = time.monotonic()
    while run.match_waiting(now=utc_now()) == run.TOGETHER:  # fewer: who comes now rings anew
        if time.monotonic() - begun > WORKS_FOR:
            enqueue_once(match_posted)
            return


@shared_task
def match_waiting() -> None:
    """Has requests matched whose own task was lost, and sends out the waves that are due."""
    answer(match_waiting)
    match_posted()
    begun = time.monotonic()
    while run.match_again(now=utc_now()) == run.TOGETHER and time.monotonic() - begun < WORKS_FOR:
        pass


@shared_task
def count_share() -> None:
    """Counts anew how many leads a page may have before others go first."""
    count_fair_share(now=utc_now())
