"""Mail about an account: written down with what caused it, and sent by a worker."""

from types import SimpleNamespace
from typing import Any

from allauth.core import context as allauth_context
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from accounts.adapter import AccountRules
from marketplace.clock import utc_now
from notifications.mail.letter import framed, write_letter
from notifications.mail.sender import one_line, sender
from sitesettings.models import SiteSettings


class AccountAdapter(AccountRules):
    """The rules of accounts, and mail that a slow or broken mail server does not hold up."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Writes the mail down in the caller's transaction; it leaves after commit."""
        message = self.render_mail(template_prefix, email, self._context(email) | context)
        write_letter(
            template=template_prefix.removeprefix("account/email/"),
            recipient=email,
            subject=str(message.subject),
            text=str(message.body),
            html=_html(message, context),
            now=utc_now(),
        )

    def get_from_email(self) -> str:
        """As for all our mail."""
        return sender()

    def format_email_subject(self, subject: str) -> str:
        """The subject with the site's name in front."""
        return f"[{one_line(SiteSettings.current().name)}] {subject}"

    def _context(self, email: str) -> dict[str, Any]:
        site = SimpleNamespace(name=SiteSettings.current().name, domain=settings.SITE_URL.netloc)
        return {"request": allauth_context.request, "email": email, "current_site": site}


def _html(message: EmailMultiAlternatives, context: dict[str, Any]) -> str:
    """The template's own HTML, or its text in the frame that all mail has, where the code or the link stands out."""
    for alternative in getattr(message, "alternatives", []):
        return str(alternative[0])
    text = str(message.body)
    code, link = (str(context.get(name) or "") for name in ("code", "password_reset_url"))
    before, _found, after = text.partition(code or link) if code or link else (text, "", "")
    words = {"text": text, "code": code, "link": link, "before": before, "after": after}
    return framed("email/account.html", subject=str(message.subject), **words)
