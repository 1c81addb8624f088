"""Django's way to a mail server."""

from typing import Any

from django.core.mail.backends import smtp

from notifications.mail.written import Letter, address


class EmailBackend(smtp.EmailBackend):
    """The same, but a letter's addresses are taken apart once, not for its headers and its envelope each."""

    def _send(self, email_message: Any) -> bool:
        if not isinstance(email_message, Letter):
            return bool(super()._send(email_message))  # type: ignore[misc]
        raw = email_message.message().as_bytes(linesep="\r\n")
        recipients = [address(each) for each in email_message.recipients()]
        self.connection.sendmail(address(email_message.from_email), recipients, raw)  # type: ignore[union-attr]
        return True
