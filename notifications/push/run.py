"""The work of a worker that sends push messages."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from marketplace.clock import utc_now
from notifications.bundles import Said, bundles, ready
from notifications.mail.outcomes import Cancelled, Claim, Outcome, Sent
from notifications.models import Delivery, PushSubscription
from notifications.push.keys import key_pair
from notifications.push.payload import payload
from notifications.push.service import PushService
from notifications.readers import Reader, reading_as
from notifications.topics import topic

MOST = 100
AT_ONCE = 8
"""Calls to push services at the same time: each waits for an answer, none needs the processor."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message, the deliveries that it settles and the browsers that it goes to."""

    ids: tuple[UUID, ...]
    body: bytes
    urgent: bool
    browsers: tuple[PushSubscription, ...]


def send_due() -> bool:
    """Sends one claim of what is due; whether there may be more."""
    now = utc_now()
    ids = Delivery.objects.by_push().claim(now=now, most=MOST)
    if ids:
        _send(ids, now)
    return len(ids) == MOST


def _send(ids: list[UUID], now: datetime) -> None:
    claim = Claim(Delivery.objects.all(), now)
    said, readers = ready(ids, claim, now=now)
    parcels = _parcels(said, readers)
    with PushService(key_pair()) as service, ThreadPoolExecutor(AT_ONCE) as threads:
        calls = [(parcel, browser) for parcel in parcels for browser in parcel.browsers]
        answers = threads.map(lambda call: service.send(call[0].body, call[1], urgent=call[0].urgent), calls)
        outcomes: dict[tuple[UUID, ...], list[tuple[PushSubscription, Outcome]]] = defaultdict(list)
        for (parcel, browser), outcome in zip(calls, answers, strict=True):
            outcomes[parcel.ids].append((browser, outcome))
    for parcel in parcels:
        claim.settle(parcel.ids, _settled(outcomes[parcel.ids]), now=utc_now())
    _remember([pair for pairs in outcomes.values() for pair in pairs], now)


def _parcels(said: Sequence[Said], readers: Mapping[UUID, Reader]) -> list[Parcel]:
    browsers: dict[UUID, list[PushSubscription]] = defaultdict(list)
    for each in PushSubscription.objects.filter(member__in=readers):
        browsers[each.member_id].append(each)
    return [_parcel(bundle, readers, browsers) for bundle in bundles(said)]


def _parcel(
    bundle: Sequence[Said], readers: Mapping[UUID, Reader], browsers: Mapping[UUID, Sequence[PushSubscription]]
) -> Parcel:
    first = bundle[0][0]
    member_id = first.notification.recipient_id
    found = topic(first.notification.topic)
    with reading_as(readers[member_id].language, readers[member_id].hours.zone):
        body = payload([message for _each, message in bundle], tag=str(first.pk))
    ids = tuple(each.pk for each, _message in bundle)
    return Parcel(ids, body, bool(found and found.urgent), tuple(browsers.get(member_id, ())))


def _settled(answers: Sequence[tuple[PushSubscription, Outcome]]) -> Outcome:
    """One browser that took it is enough; otherwise the answer that leaves most hope."""
    found = [outcome for _browser, outcome in answers]
    if any(isinstance(each, Sent) for each in found):
        return Sent()
    hopeful = next((each for each in found if not isinstance(each, Cancelled)), None)
    return hopeful or Cancelled("No browser of the member takes push messages any more.")


def _remember(answers: Sequence[tuple[PushSubscription, Outcome]], now: datetime) -> None:
    """Forgets browsers that are gone, and notes when the others last took something."""
    gone = [browser.pk for browser, outcome in answers if isinstance(outcome, Cancelled)]
    used = [browser.pk for browser, outcome in answers if isinstance(outcome, Sent)]
    PushSubscription.objects.filter(pk__in=gone).delete()
    PushSubscription.objects.filter(pk__in=used).update(used_at=now)
