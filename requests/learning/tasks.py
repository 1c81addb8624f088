"""Celery task of learning."""

from celery import shared_task

from marketplace.clock import utc_now
from requests.learning.train import learn


@shared_task(time_limit=1800, soft_time_limit=1740)
def learn_ranking() -> None:
    """Learns a ranking from the outcomes so far, once a day, where there are enough new ones. Comes every hour, for a
    beat need not live a day."""
    learn(now=utc_now())
