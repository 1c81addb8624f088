"""The task of mail workers. In a module of its own, because fan-out starts it and other tasks start fan-out."""

from functools import partial

from celery import shared_task

from marketplace.tasks import answer, enqueue_once
from notifications.mail.run import send_due


@shared_task(name="notifications.tasks.send_mail")
def send_mail() -> None:
    """Sends all mail that is due."""
    answer(send_mail)
    if send_due(call_another=partial(enqueue_once, send_mail)):
        enqueue_once(send_mail)
