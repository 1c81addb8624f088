"""Celery tasks: a few lines each, ids as arguments, safe to run twice."""

from celery import shared_task

from marketplace.clock import utc_now
from marketplace.tasks import enqueue_once
from notifications import sweeping
from notifications.fan_out import fan_out
from notifications.live import entries
from notifications.mail.tasks import send_mail
from notifications.models import Event
from notifications.push.tasks import send_push

__all__ = ["fan_out_event", "forget_old", "send_mail", "send_push", "sweep"]


@shared_task
def fan_out_event(event_id: str) -> None:
    """Tells everybody whom the event concerns."""
    event = Event.objects.filter(pk=event_id, fanned_out_at__isnull=True).first()
    if event is not None:
        fan_out(event, now=utc_now())


@shared_task
def sweep() -> None:
    """Finds again what was lost on its way; every 10 s."""
    found = sweeping.sweep(now=utc_now())
    if found.mail:
        enqueue_once(send_mail)
    if found.push:
        enqueue_once(send_push)


@shared_task
def forget_old() -> None:
    """Deletes stream entries that nobody can ask for any more."""
    entries.forget_old(now=utc_now())
