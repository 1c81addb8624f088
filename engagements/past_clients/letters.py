"""Mail to past clients: the invitation, and one reminder."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from engagements.models import PastClient
from engagements.past_clients.links import review_path, stop_path
from engagements.presentation.words import day_words
from notifications.mail.letter import framed, write_letter
from notifications.models import AccountMail
from notifications.rendering import absolute
from sitesettings.models import SiteSettings


def write_invitation(past_client: PastClient, *, now: datetime) -> AccountMail:
    """Asks for a review."""
    subject = _("%(name)s asks how you found the work") % {"name": past_client.page.member.display_name}
    return _write(past_client, "past_client_invitation", subject, now, is_reminder=False)


def write_reminder(past_client: PastClient, *, now: datetime) -> AccountMail:
    """Asks once more, and never again."""
    subject = _("A reminder: how was the work of %(name)s?") % {"name": past_client.page.member.display_name}
    return _write(past_client, "past_client_reminder", subject, now, is_reminder=True)


def _write(past_client: PastClient, template: str, subject: str, now: datetime, *, is_reminder: bool) -> AccountMail:
    stop = absolute(stop_path(past_client))
    context = {
        "name": past_client.name,
        "provider": past_client.page.member.display_name,
        "page_url": absolute(f"/services/{past_client.page.slug}/"),
        "review_url": absolute(review_path(past_client)),
        "stop_url": stop,
        "until": day_words(past_client.expires_at),
        "is_reminder": is_reminder,
        "site": SiteSettings.current(),
    }
    return write_letter(
        template=template,
        recipient=past_client.email,
        subject=subject,
        text=render_to_string("engagements/email/past_client.txt", context),
        html=framed("engagements/email/past_client.html", subject=subject, **context),
        now=now,
        unsubscribe=stop,
    )
