"""Background work of the accounts app."""

from datetime import timedelta

from axes.models import AccessAttempt
from celery import shared_task
from django.contrib.sessions.models import Session

from accounts.idempotency import forget_old_answers
from marketplace.clock import utc_now


@shared_task
def forget_expired() -> None:
    """Deletes answers kept for repeated calls, wrong log-ins and sessions, once they are too old to matter."""
    now = utc_now()
    forget_old_answers(now=now)
    AccessAttempt.objects.filter(attempt_time__lte=now - timedelta(days=1)).delete()
    Session.objects.filter(expire_date__lte=now).delete()
