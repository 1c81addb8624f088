"""Background work of the accounts app."""

from celery import shared_task
from django.contrib.sessions.models import Session

from accounts.idempotency import forget_old_answers
from marketplace.clock import utc_now


@shared_task
def forget_expired() -> None:
    """Deletes answers kept for repeated calls and sessions, once they are too old to be used."""
    now = utc_now()
    forget_old_answers(now=now)
    Session.objects.filter(expire_date__lte=now).delete()
