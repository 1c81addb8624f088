"""The task of push workers. In a module of its own, because fan-out starts it and other tasks start fan-out."""

from celery import shared_task

from marketplace.tasks import answer, enqueue_once
from notifications.push.run import send_due


@shared_task(name="notifications.tasks.send_push")
def send_push() -> None:
    """Sends push messages that are due."""
    answer(send_push)
    if send_due():
        enqueue_once(send_push)
