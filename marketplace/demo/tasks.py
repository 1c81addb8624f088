"""Celery task of the demo."""

import logging

from celery import shared_task

from marketplace.demo.arguments import DemoRefused
from marketplace.demo.removal import remove_demo

logger = logging.getLogger(__name__)


@shared_task
def remove_all() -> None:
    """Removes the demo, or what an interrupted removal left of it. Does nothing while somebody else is at it."""
    try:
        remove_demo(lambda _step, _done, _total: None)
    except DemoRefused as refusal:
        logger.info("The demo is not removed by this task: %s", refusal)
