"""Django's way to a mail server."""

import re
import smtplib
from typing import Any, Final

from django.core.mail.backends import smtp

from notifications.mail.written import Letter, address

ANSWERS_WITHIN: Final = 60.0
"""Seconds that a server may take to accept a mail that it has, far more than for anything else: it scans it. RFC 5321
(4.5.3.2.6) speaks of ten minutes, but a worker's claims are nobody's after three (``HELD_FOR`` in sweeping)."""

SEND_IT: Final = 354


class Unanswered(Exception):
    """The server has the whole mail and did not say whether it takes it: it may come, or not."""


class Dialogue(smtplib.SMTP):
    """Tells a mail that was not answered from one that was not handed over, which can be sent again at once."""

    def data(self, msg: Any) -> tuple[int, bytes]:
        """smtplib's own step, for what has the right ends of lines. Raises Unanswered."""
        code, answer = self.docmd("data")
        if code != SEND_IT:
            raise smtplib.SMTPDataError(code, answer)
        self.send(re.sub(rb"(?m)^\.", b"..", msg).removesuffix(b"\r\n") + b"\r\n.\r\n")
        assert self.sock is not None
        self.sock.settimeout(ANSWERS_WITHIN)
        try:
            code, answer = self.getreply()
        except smtplib.SMTPServerDisconnected as error:
            raise Unanswered(str(error)) from error
        self.sock.settimeout(self.timeout)
        return code, answer


class TlsDialogue(Dialogue, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class EmailBackend(smtp.EmailBackend):
    """The same, but a letter's addresses are taken apart once, not for its headers and its envelope each."""

    @property
    def connection_class(self) -> type[Dialogue]:
        """Django's hook."""
        return TlsDialogue if self.use_ssl else Dialogue

    def _send(self, email_message: Any) -> bool:
        if not isinstance(email_message, Letter):
            return bool(super()._send(email_message))  # type: ignore[misc]
        raw = email_message.message().as_bytes(linesep="\r\n")
        recipients = [address(each) for each in email_message.recipients()]
        self.connection.sendmail(address(email_message.from_email), recipients, raw)  # type: ignore[union-attr]
        return True
