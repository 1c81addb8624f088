"""Celery tasks: a few lines each, ids as arguments, safe to run twice."""

from uuid import UUID

from celery import shared_task

from engagements import response_times
from engagements.actions import sweep_engagements, sweep_past_clients
from marketplace.clock import utc_now
from marketplace.tasks import enqueue


@shared_task
def sweep_clocks() -> None:
    """Reminds, completes by silence, publishes reviews and ends invitations whose time has come."""
    now = utc_now()
    sweep_engagements(now=now)
    sweep_past_clients(now=now)


@shared_task
def measure_response_times(after: str | None = None) -> None:
    """Brings the response times of all pages up to date, batch by batch."""
    last = response_times.measure_batch(UUID(after) if after else None, now=utc_now())
    if last is not None:
        enqueue(measure_response_times, str(last))
