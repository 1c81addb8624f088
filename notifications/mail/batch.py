"""Sending what a worker has claimed."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import connection

from marketplace.clock import utc_now
from notifications.mail.outcomes import Claim, Failed, Outcome
from notifications.mail.postman import MailServerAway, Postman

logger = logging.getLogger(__name__)

SENDS_FOR = timedelta(seconds=60)
"""A worker stops taking the next mail of its claim after this; see ``KEPT`` in sweeping."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One mail and the rows that it settles. ``write`` makes it, or says what becomes of the rows instead."""

    ids: tuple[UUID, ...]
    write: Callable[[], EmailMessage | Outcome]


def send_parcels(parcels: Sequence[Parcel], claim: Claim, postman: Postman) -> None:
    """Sends each and writes down what became of it, at once. Raises MailServerAway after giving back the rest."""
    for number, parcel in enumerate(parcels):
        if utc_now() - claim.at > SENDS_FOR:
            _release(parcels[number:], claim)
            return
        try:
            outcome = _send(parcel, postman)
        except MailServerAway:
            _release(parcels[number:], claim)
            raise
        claim.settle(parcel.ids, outcome, now=utc_now())


def _send(parcel: Parcel, postman: Postman) -> Outcome:
    try:
        written = parcel.write()
        return postman.send(written) if isinstance(written, EmailMessage) else written
    except MailServerAway:
        raise
    except Exception as error:  # one mail that cannot be written must not hold up the others
        logger.exception("A mail could not be written")
        return Failed(f"{type(error).__name__}: {error}")


def _release(parcels: Sequence[Parcel], claim: Claim) -> None:
    claim.release([row for parcel in parcels for row in parcel.ids])


@contextmanager
def relaxed_commits() -> Iterator[None]:
    """Within it a commit does not wait for the disk: a crash of the database server, not of ours, could forget the last
    marks. Waiting would cost more than the mails themselves."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")
