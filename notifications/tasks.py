"""Celery tasks: a few lines each, ids as arguments, safe to run twice."""

from celery import shared_task

from marketplace.clock import utc_now
from marketplace.tasks import enqueue
from notifications.fan_out import fan_out
from notifications.mail.run import send_due
from notifications.models import Event


@shared_task
def fan_out_event(event_id: str) -> None:
    """Tells everybody whom the event concerns."""
    event = Event.objects.filter(pk=event_id, fanned_out_at__isnull=True).first()
    if event is not None:
        fan_out(event, now=utc_now())


@shared_task
def send_mail() -> None:
    """Sends all mail that is due."""
    if send_due():
        enqueue(send_mail)
