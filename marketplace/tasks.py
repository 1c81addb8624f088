"""Handing work to Celery without ever failing or delaying the person who caused it."""

import logging
from typing import Any

from celery import Task

logger = logging.getLogger(__name__)


def enqueue(task: Task[Any, Any], *args: Any) -> bool:
    """Sends the task to the broker; False, logged and counted, where the broker does not answer within 0.5 s.

    Whoever relies on the task has a sweep that finds the work again.
    """
    try:
        task.apply_async(args, retry=False, ignore_result=True)
    except Exception as error:
        logger.warning("Broker did not take %s: %s", task.name, error)
        return False
    return True
