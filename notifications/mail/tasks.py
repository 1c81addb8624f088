"""The task of mail workers. In a module of its own, because fan-out starts it and other tasks start fan-out."""

from celery import shared_task

from marketplace.tasks import enqueue
from notifications.mail.run import send_due


@shared_task(name="notifications.tasks.send_mail")
def send_mail() -> None:
    """Sends all mail that is due."""
    if send_due():
        enqueue(send_mail)
