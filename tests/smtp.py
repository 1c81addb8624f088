"""A real SMTP server for tests, which keeps what it gets and can be told to misbehave."""

import asyncio
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from typing import Any

from aiosmtpd.controller import Controller
from django.test import override_settings

logging.getLogger("mail.log").setLevel(logging.WARNING)


class PostOffice:
    """``answers``: by recipient, the answer to RCPT; ``refuse_data``: the answer to every mail's contents;
    ``hang_up_after``: mails after which a connection is closed; ``thinks_for``: seconds between having read a mail and
    accepting it; ``unanswered``: which mail (1, 2, …) is kept without telling its sender."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.connections = 0
        self.answers: dict[str, str] = {}
        self.refuse_sender = self.refuse_data = ""
        self.hang_up_after = 0
        self.thinks_for = 0.0
        self.unanswered = 0
        self._since_connect = 0

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, answers: list[str]
    ) -> list[str]:
        self.connections += 1
        self._since_connect = 0
        session.host_name = hostname
        return answers

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if self.refuse_sender:
            return self.refuse_sender
        if self.hang_up_after and self._since_connect >= self.hang_up_after:
            server.transport.close()
            return "421 Enough"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuse_data:
            return self.refuse_data
        self._since_connect += 1
        self.mails.append(message_from_bytes(envelope.content, policy=modern))
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        await asyncio.sleep(self.thinks_for)
        if len(self.mails) == self.unanswered:
            server.transport.abort()
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to this address."""
        pairs = zip(self.mails, self.envelopes, strict=True)
        return [mail for mail, (_sender, recipients) in pairs if address in recipients]


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Runs one on a free port and lets Django send through it."""
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        with smtp_at(controller.port):
            yield office
    finally:
        controller.stop()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def part(message: EmailMessage, kind: str = "plain") -> str:
    """The text of a mail: ``plain`` or ``html``."""
    found = message.get_body([kind])
    assert found is not None
    return str(found.get_content())


def smtp_at(port: int) -> override_settings:
    """Settings for mail through a server on this port of this machine."""
    backend = "notifications.mail.smtp.EmailBackend"
    return override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_TIMEOUT=2)
