"""Background work of this app."""

from celery import shared_task

from attachments.actions import forget_unattached
from marketplace.clock import utc_now


@shared_task
def sweep_unattached() -> None:
    """Removes uploads that never became part of anything."""
    forget_unattached(now=utc_now())
