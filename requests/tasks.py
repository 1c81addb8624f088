"""Celery tasks: a few lines each, ids as arguments, safe to run twice."""

from celery import shared_task

from marketplace.clock import utc_now
from requests.actions.clocks import expire_due, remind_due
from requests.actions.nudges import nudge_idle_clients, nudge_invited
from requests.learning.tasks import learn_ranking
from requests.matching.tasks import count_share, match_posted, match_waiting
from requests.prices import count_prices

__all__ = [
    "count_agreed_prices",
    "count_share",
    "learn_ranking",
    "match_posted",
    "match_waiting",
    "sweep_clocks",
]


@shared_task
def count_agreed_prices() -> None:
    """Rolls up what work was agreed for."""
    count_prices(now=utc_now())


@shared_task
def sweep_clocks() -> None:
    """Reminds and expires the requests whose time has come, and reminds those who keep others waiting."""
    now = utc_now()
    remind_due(now=now)
    expire_due(now=now)
    nudge_idle_clients(now=now)
    nudge_invited(now=now)
