"""Mail in development: kept as files under ``MARKETPLACE_HOME/mail`` and read at /dev/mail/.

One file a message, in the form in which it would travel. The names ascend in time, and a file appears at once and
whole, so that any number of processes can write and read.
"""

import email
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage as ParsedMessage
from email.parser import BytesHeaderParser
from email.policy import default as modern
from email.utils import getaddresses
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

MOST_KEPT = 2000
NAME = re.compile(r"[0-9]{19}-[0-9a-f]{8}")
_headers = BytesHeaderParser(policy=modern)


def folder() -> Path:
    """Where the messages are."""
    return Path(settings.MARKETPLACE_HOME) / "mail"


class EmailBackend(BaseEmailBackend):
    """Writes messages into the folder instead of sending them."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Writes each; returns how many."""
        folder().mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{time.time_ns():019d}-{uuid4().hex[:8]}"
            unfinished = folder() / f".{name}"
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.rename(folder() / f"{name}.eml")
        _forget_old()
        return len(email_messages)


@dataclass(frozen=True, slots=True)
class Summary:
    """A message in the list."""

    name: str
    subject: str
    sender: str
    recipients: tuple[str, ...]
    written_at: datetime


def latest(*, recipient: str = "", most: int = 50, before: str = "") -> list[Summary]:
    """Messages, newest first: those to ``recipient`` (part of an address), older than the one named ``before``."""
    found = []
    for name in _names():
        if before and name >= before:
            continue
        summary = _summary(name)
        if summary and (not recipient or any(recipient.lower() in each.lower() for each in summary.recipients)):
            found.append(summary)
        if len(found) == most:
            break
    return found


def read(name: str) -> ParsedMessage | None:
    """The message, or None where there is none of this name."""
    if not NAME.fullmatch(name):
        return None
    try:
        return email.message_from_bytes((folder() / f"{name}.eml").read_bytes(), policy=modern)
    except FileNotFoundError:
        return None


def part(message: ParsedMessage, kind: str) -> str:
    """The message's text as ``plain`` or ``html``; empty where it has none."""
    found = message.get_body(preferencelist=(kind,))
    return str(found.get_content()) if found is not None else ""


def summarise(name: str, message: ParsedMessage) -> Summary:
    """What the list shows of a message."""
    addresses = [str(value) for field in ("To", "Cc", "Bcc") for value in message.get_all(field, [])]
    return Summary(
        name=name,
        subject=str(message.get("Subject", "")),
        sender=str(message.get("From", "")),
        recipients=tuple(address for _name, address in getaddresses(addresses)),
        written_at=datetime.fromtimestamp(int(name.partition("-")[0]) / 1e9, UTC),
    )


def _summary(name: str) -> Summary | None:
    try:
        with (folder() / f"{name}.eml").open("rb") as file:
            return summarise(name, _headers.parse(file))
    except FileNotFoundError:  # forgotten just now by another process
        return None


def _names() -> Iterator[str]:
    """Newest first."""
    if folder().is_dir():
        names = [file.stem for file in folder().glob("*.eml")]
        yield from sorted((name for name in names if NAME.fullmatch(name)), reverse=True)


def _forget_old() -> None:
    for name in list(_names())[MOST_KEPT:]:
        (folder() / f"{name}.eml").unlink(missing_ok=True)
