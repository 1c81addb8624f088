"""One connection to the mail server, and what its answers mean."""

import logging
import smtplib
from types import TracebackType
from typing import Any, Self

from django.core.mail import EmailMessage, get_connection

from notifications.mail.outcomes import Failed, Later, Outcome, Sent
from notifications.mail.smtp import Unanswered

logger = logging.getLogger(__name__)
CLOSING = 421


class MailServerAway(Exception):
    """The server cannot be reached, or refuses to work for us. No single mail is to blame."""


class Postman:
    """Sends mail after mail over a connection that is opened when needed, and again where the server closed it."""

    def __init__(self) -> None:
        self._backend: Any = get_connection()
        self._is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, message: EmailMessage) -> Outcome:
        """What the server made of the message. Raises MailServerAway."""
        if self._is_open:
            try:
                return self._hand_over(message)
            except (smtplib.SMTPServerDisconnected, OSError) as error:
                # Servers close connections that were idle or carried their fill.
                logger.info("The mail server closed the connection: %s", error)
                self._close()
        self._open()
        try:
            return self._hand_over(message)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._close()
            return Later(describe(error))

    def _open(self) -> None:
        try:
            self._backend.open()
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            raise MailServerAway(describe(error)) from error
        self._is_open = True

    def _close(self) -> None:
        self._is_open = False
        try:
            self._backend.close()
        except (smtplib.SMTPException, OSError) as error:
            logger.debug("Closing the connection to the mail server: %s", error)

    def _hand_over(self, message: EmailMessage) -> Outcome:
        try:
            self._backend.send_messages([message])
        except Unanswered as error:
            self._close()
            return Later(describe(error))
        except smtplib.SMTPRecipientsRefused as error:
            return _refusal([code for code, _text in error.recipients.values()], error)
        except smtplib.SMTPSenderRefused as error:
            _raise_if_closing(error)
            raise MailServerAway(describe(error)) from error  # every other mail of ours has the same sender
        except smtplib.SMTPResponseException as error:
            _raise_if_closing(error)
            return _refusal([error.smtp_code], error)
        return Sent()


def _raise_if_closing(error: smtplib.SMTPResponseException) -> None:
    if error.smtp_code == CLOSING:
        raise smtplib.SMTPServerDisconnected(describe(error)) from error


def _refusal(codes: list[int], error: Exception) -> Outcome:
    """For good, where every answer says so (5xx)."""
    return Failed(describe(error)) if all(code >= 500 for code in codes) else Later(describe(error))


def describe(error: BaseException) -> str:
    """The error in a line that a host can read."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [f"{code} {_decoded(text)}" for code, text in error.recipients.values()]
        return f"Recipient refused: {'; '.join(answers)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__}: {error.smtp_code} {_decoded(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _decoded(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
