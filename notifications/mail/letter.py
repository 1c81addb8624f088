"""Mail that is no notification: about an account, or to somebody who has none.

It is written down in the caller's transaction and sent by a worker after commit; the admin shows attempts and state.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from marketplace.tasks import enqueue_once
from notifications.mail.tasks import send_mail
from notifications.models import AccountMail
from sitesettings.models import SiteSettings


def write_letter(
    *, template: str, recipient: str, subject: str, text: str, html: str, now: datetime, unsubscribe: str = ""
) -> AccountMail:
    """A mail that leaves at once. ``template`` names its kind for the admin.

    ``unsubscribe`` is an address that takes a POST without log-in (RFC 8058), for mail that the reader did not ask for.
    Secrets in the contents are forgotten as soon as it left.
    """
    contents = {"subject": subject, "text": text, "html": html, "unsubscribe": unsubscribe}
    mail = AccountMail.objects.create(
        template=template, recipient=recipient, context=contents, created_at=now, wanted_at=now, due_at=now
    )
    transaction.on_commit(lambda: enqueue_once(send_mail))
    return mail


def framed(template: str, *, subject: str, **context: object) -> str:
    """The HTML of a template that extends ``email/base.html``."""
    frame = {"subject": subject, "site": SiteSettings.current(), "site_url": settings.SITE_ORIGIN}
    return render_to_string(template, frame | context)
