"""Deliveries on their way out by mail: one by one, and bundled into digests."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import Min

from notifications.bundles import Said, bundles, ready
from notifications.mail import compose
from notifications.mail.batch import Parcel, send_parcels
from notifications.mail.outcomes import Claim
from notifications.mail.postman import Postman
from notifications.mail.words import known_topic
from notifications.models import Delivery, DeliveryState, Digest
from notifications.readers import Reader, reading_as

MOST = 100
MOST_DIGESTS = 50
DIGEST_CLAIMS = 7_202_601
"""Number of the advisory lock that keeps two workers from splitting a member's digest between them."""


def send_single(postman: Postman, *, now: datetime) -> int:
    """Sends due deliveries that leave on their own, up to ``MOST``; how many were claimed. Raises MailServerAway."""
    ids = Delivery.objects.by_email().filter(digest=Digest.NONE).claim(now=now, most=MOST)
    return _send(ids, postman, now)


def send_digests(postman: Postman, *, now: datetime) -> int:
    """Sends due digests, each with all that is due of it; how many deliveries were claimed. Raises MailServerAway."""
    return _send(_claim_digests(now), postman, now)


def _claim_digests(now: datetime) -> list[UUID]:
    """All due deliveries of the members whose digests have been due longest."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DIGEST_CLAIMS])
        due = Delivery.objects.by_email().due(now).exclude(digest=Digest.NONE)
        oldest = due.values("notification__recipient").annotate(since=Min("due_at")).order_by("since")[:MOST_DIGESTS]
        members = [row["notification__recipient"] for row in oldest]
        rows = due.filter(notification__recipient__in=members).select_for_update(skip_locked=True, of=("self",))
        ids = list(rows.values_list("pk", flat=True))
        Delivery.objects.filter(pk__in=ids).update(state=DeliveryState.SENDING, claimed_at=now)
    return ids


def _send(ids: list[UUID], postman: Postman, now: datetime) -> int:
    if not ids:
        return 0
    claim = Claim(Delivery.objects.all(), now)
    said, readers = ready(ids, claim, now=now)
    send_parcels([_parcel(bundle, readers) for bundle in bundles(said)], claim, postman)
    return len(ids)


def _parcel(bundle: Sequence[Said], readers: Mapping[UUID, Reader]) -> Parcel:
    reader = readers[bundle[0][0].notification.recipient_id]
    return Parcel(tuple(each.pk for each, _message in bundle), partial(_write, bundle, reader))


def _write(bundle: Sequence[Said], reader: Reader) -> EmailMessage:
    first = bundle[0][0]
    found = [(known_topic(each), message) for each, message in bundle]
    with reading_as(reader.language, reader.hours.zone):
        if not first.digest:
            return compose.single(first.pk, reader, *found[0])
        return compose.digest(first.pk, Digest(first.digest), reader, found)
