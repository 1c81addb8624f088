"""Celery tasks: a few lines each, ids as arguments, safe to run twice."""

from celery import shared_task

from marketplace.clock import utc_now


@shared_task
def match_request(request_id: str) -> None:
    """Finds the providers for a request and tells them."""
    from uuid import UUID

    from requests.matching.run import match

    match(UUID(request_id), now=utc_now())


@shared_task
def sweep_clocks() -> None:
    """Reminds and expires what is due."""
    from requests.actions.clocks import expire_due, remind_due

    now = utc_now()
    remind_due(now=now)
    expire_due(now=now)
