"""The work of a mail worker."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.cache import cache

from marketplace.clock import utc_now
from notifications.mail.account import send_account_mail
from notifications.mail.batch import SENDS_FOR, relaxed_commits
from notifications.mail.notifications import MOST, send_digests, send_single
from notifications.mail.outcomes import LONGEST_ERROR
from notifications.mail.postman import MailServerAway, Postman
from notifications.models import AccountMail, Delivery

AWAY = "mail-server-away"
AWAY_SECONDS = 30
"""For so long nobody asks a server that did not answer; a frozen one would hold every worker for the time-out."""
NEXT_LOOK = timedelta(minutes=1)

SENDERS: tuple[Callable[..., int], ...] = (send_account_mail, send_single, send_digests)
"""In the order of how urgently somebody waits. Each sends one claim and returns how many rows that had."""


def send_due(*, call_another: Callable[[], object] | None = None) -> bool:
    """Sends until nothing is due (False), the time is over (True), or the server is away (False).

    ``call_another`` is called after a full claim: there is work for one more worker, where one is free.
    """
    if cache.get(AWAY):
        return False
    began = utc_now()
    with Postman() as postman, relaxed_commits():
        try:
            while utc_now() - began < SENDS_FOR:
                claimed = sum(send(postman, now=utc_now()) for send in SENDERS)
                if not claimed:
                    return False
                if call_another and claimed >= MOST:
                    call_another()
                    call_another = None
        except MailServerAway as error:
            cache.set(AWAY, True, AWAY_SECONDS)
            wait_for_server(str(error), now=utc_now())
            return False
    return True


def wait_for_server(error: str, *, now: datetime) -> None:
    """Everything that is due waits a little and shows why. No attempt is counted: no mail is to blame."""
    changes = {"due_at": now + NEXT_LOOK, "last_error": error[:LONGEST_ERROR]}
    AccountMail.objects.due(now).update(**changes)
    Delivery.objects.due(now).by_email().update(**changes)
