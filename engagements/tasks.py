"""Celery tasks: a few lines each, ids as arguments, safe to run twice."""

from celery import shared_task

from engagements.actions import sweep_engagements
from marketplace.clock import utc_now


@shared_task
def sweep_clocks() -> None:
    """Reminds, completes by silence, publishes reviews whose time has come."""
    sweep_engagements(now=utc_now())
