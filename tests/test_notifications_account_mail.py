"""Mail about accounts: written with what caused it, sent by a worker, its secrets forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.test import Client, override_settings

from accounts.models import Member
from marketplace.clock import utc_now
from notifications.account_mail import AccountAdapter
from notifications.mail.outcomes import DELAYS, Cancelled, Claim, Failed, Outcome, Sent
from notifications.models import AccountMail, DeliveryState
from notifications.models.outgoing import ENDED
from notifications.sweeping import HELD_FOR, take_back_claims
from notifications.tasks import send_mail
from sitesettings.models import SiteSettings

pytestmark = pytest.mark.django_db
LOCMEM = override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")


def write(email: str = "clara@example.com") -> AccountMail:
    """A reset mail, as allauth asks for it."""
    AccountAdapter().send_mail(
        "account/email/password_reset_key", email, {"password_reset_url": "http://x.example/s3cret"}
    )
    return AccountMail.objects.latest("created_at")


def test_reset_is_written_with_the_request_and_sent_by_the_worker(
    client: Client, clara: Member, eager_tasks: None, django_capture_on_commit_callbacks: Any
) -> None:
    with LOCMEM, django_capture_on_commit_callbacks() as callbacks:
        client.post("/accounts/password/reset/", {"email": clara.email})
        row = AccountMail.objects.get()
        assert (row.recipient, row.state, mail.outbox) == (clara.email, DeliveryState.WAITING, [])
        assert "/accounts/password/reset/key/" in row.context["text"]
    with LOCMEM:
        for callback in callbacks:
            callback()
    assert "/accounts/password/reset/key/" in mail.outbox[0].body
    row.refresh_from_db()
    assert (row.state, row.context, row.attempts) == (DeliveryState.SENT, {}, 1)


def test_form_of_the_message(db: None) -> None:
    SiteSettings.objects.create(name="Fair\nWork", sender_email="hello@fair.example")
    row = write()
    with LOCMEM:
        send_mail()
    message = mail.outbox[0]
    assert isinstance(message, EmailMultiAlternatives)
    assert message.subject.startswith("[Fair Work] ")
    assert message.from_email == "Fair Work <hello@fair.example>"
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert 'href="http://x.example/s3cret"' in str(html)
    assert message.extra_headers["Message-ID"] == f"<account-{row.pk}@localhost>"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_the_code_and_the_link_stand_out(db: None) -> None:
    assert 'class="action" href="http://x.example/s3cret"' in write().context["html"]
    AccountAdapter().send_mail("account/email/email_confirmation", "clara@example.com", {"code": "ABCD-EFGH"})
    context = AccountMail.objects.latest("created_at").context
    assert ">ABCD-EFGH</p>" in context["html"]
    assert "ABCD-EFGH" in context["text"]


def test_nothing_leaves_when_the_transaction_fails() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        write()
        raise RuntimeError
    assert not AccountMail.objects.exists()


def test_twice_sends_once() -> None:
    write()
    with LOCMEM:
        send_mail()
        send_mail()
    assert len(mail.outbox) == 1


def test_too_old_is_given_up_and_forgotten() -> None:
    row = write()
    AccountMail.objects.update(created_at=utc_now() - timedelta(hours=25))
    with LOCMEM:
        send_mail()
    row.refresh_from_db()
    assert (row.state, row.context, mail.outbox) == (DeliveryState.FAILED, {}, [])
    assert "expired" in row.last_error


@pytest.mark.parametrize("outcome", [Sent(), Failed("no such mailbox"), Cancelled("no longer needed")])
def test_what_ends_is_emptied_at_once(outcome: Outcome) -> None:
    row, now = write(), utc_now()
    AccountMail.objects.claim(now=now, most=1)
    Claim(AccountMail.objects.all(), now).settle([row.pk], outcome, now=now)
    row.refresh_from_db()
    assert (row.state in ENDED, row.context) == (True, {})


def test_a_worker_that_dies_at_the_last_attempt_leaves_no_secrets() -> None:
    row, now = write(), utc_now()
    for attempts in (len(DELAYS) - 1, len(DELAYS)):
        AccountMail.objects.update(attempts=attempts, due_at=now)
        AccountMail.objects.claim(now=now, most=1)
        row.refresh_from_db()
        assert "s3cret" in row.context["text"]
        take_back_claims(now=now + HELD_FOR + timedelta(seconds=1))
    row.refresh_from_db()
    assert (row.state, row.context) == (DeliveryState.FAILED, {})


def test_line_ends_in_an_address_do_not_reach_the_headers() -> None:
    row = write("a@example.com\nBcc: b@example.com")
    with LOCMEM:
        send_mail()
    row.refresh_from_db()
    assert (row.state, mail.outbox) == (DeliveryState.FAILED, [])
    assert "BadHeaderError" in row.last_error or "ValueError" in row.last_error
