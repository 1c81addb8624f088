"""Account mail on its way out."""

from datetime import datetime, timedelta

from django.core.mail import EmailMessage

from notifications.mail.batch import Parcel, send_parcels
from notifications.mail.outcomes import Claim, Failed, Outcome
from notifications.mail.postman import Postman
from notifications.mail.sender import message_id, sender
from notifications.mail.unsubscribe import unsubscribe_headers
from notifications.mail.written import Letter
from notifications.models import AccountMail

MOST = 50
KEPT = timedelta(hours=24)
"""Codes and links in account mail are of no use a day later."""


def send_account_mail(postman: Postman, *, now: datetime) -> int:
    """Sends what is due, up to ``MOST``; how many rows were claimed. Raises MailServerAway."""
    ids = AccountMail.objects.claim(now=now, most=MOST)
    if not ids:
        return 0
    rows = AccountMail.objects.in_bulk(ids)
    claim = Claim(AccountMail.objects.all(), now)
    send_parcels([_parcel(rows[pk], now) for pk in ids], claim, postman)
    return len(ids)


def _parcel(mail: AccountMail, now: datetime) -> Parcel:
    return Parcel(ids=(mail.pk,), write=lambda: _write(mail, now))


def _write(mail: AccountMail, now: datetime) -> EmailMessage | Outcome:
    if now - mail.created_at > KEPT:
        return Failed("Too old: its codes and links have expired.")
    return Letter(
        sender=sender(),
        recipient=mail.recipient,
        subject=mail.context["subject"],
        text=mail.context["text"],
        html=mail.context["html"],
        headers={"Message-ID": message_id(f"account-{mail.pk}"), "Auto-Submitted": "auto-generated"}
        | unsubscribe_headers(mail.context.get("unsubscribe", "")),
    )
