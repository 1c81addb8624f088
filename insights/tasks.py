"""Celery tasks: a few lines each, safe to run twice."""

from celery import shared_task

from insights.close import close_minutes
from insights.live import announce
from insights.pages import count_pages
from insights.progress import count_progress
from marketplace.clock import utc_now


@shared_task
def close_ended_minutes() -> None:
    """Counts the minutes that have ended, and shows staff the new numbers."""
    close_minutes()
    announce(now=utc_now())


@shared_task
def count_published_pages() -> None:
    """Notes how many pages are published today."""
    count_pages(now=utc_now())


@shared_task
def count_how_far_requests_got() -> None:
    """Counts the funnel of the last 30 days anew."""
    count_progress(now=utc_now())
